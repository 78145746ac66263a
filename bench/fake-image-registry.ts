import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const PAGE = 1000;
const FIRST_BUILD = Date.UTC(2026, 0, 1);

/** As a registry with this many repositories of this many tags answers: `<host>/bench/r<i>`, tags `1.<j>.0` and `dev-<hex of j>` in turn. */
export class FakeImageRegistry {
  private counts = new Map<string, number>();
  private readonly server: Server;
  private readonly configs = new Map<string, Buffer>();

  private constructor(private readonly tags: readonly string[]) {
    this.server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url!, 'http://registry');
      const answer = (kind: string, body: Buffer | string, headers: Record<string, string> = {}) => {
        this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
        response.writeHead(200, { 'content-type': 'application/json', ...headers });
        response.end(request.method === 'HEAD' ? undefined : body);
      };
      const [, repository, kind, name] = /^\/v2\/(.+)\/(tags|manifests|blobs)\/(.+)$/.exec(pathname) ?? [];
      if (kind === undefined) answer('ping', '{}');
      else if (kind === 'tags') {
        const { page, next } = this.page(Number(searchParams.get('n') ?? PAGE), searchParams.get('last') ?? '');
        answer('list', JSON.stringify({ name: repository, tags: page }), next ? { link: `<${pathname}?n=${PAGE}&last=${next}>; rel="next"` } : {});
      } else if (kind === 'manifests') {
        const manifest = this.manifest(repository, name);
        const headers = { 'content-type': 'application/vnd.oci.image.manifest.v1+json', 'docker-content-digest': digestOf(manifest) };
        answer(request.method === 'HEAD' ? 'head' : 'manifest', manifest, headers);
      } else answer('config', this.configs.get(name) ?? '{}');
    });
  }

  static async start(tagCount: number): Promise<FakeImageRegistry> {
    const tags = Array.from({ length: tagCount }, (_, index) => (index % 2 === 0 ? `1.${index}.0` : `dev-${index.toString(16).padStart(7, '0')}`));
    const registry = new FakeImageRegistry(tags);
    await new Promise<void>((resolve) => registry.server.listen(0, '127.0.0.1', resolve));
    return registry;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Requests since the last look, by kind: `list`, `head`, `manifest`, `config`, `ping`. */
  takeCounts(): ReadonlyMap<string, number> {
    const taken = this.counts;
    this.counts = new Map();
    return taken;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private page(size: number, last: string): { page: readonly string[]; next?: string } {
    const from = last === '' ? 0 : this.tags.indexOf(last) + 1;
    const page = this.tags.slice(from, from + Math.min(size, PAGE));
    return from + page.length < this.tags.length ? { page, next: page.at(-1) } : { page };
  }

  private manifest(repository: string, tag: string): Buffer {
    const created = new Date(FIRST_BUILD + this.tags.indexOf(tag) * 60_000).toISOString();
    const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', created, config: { Labels: { repository, tag } } }));
    const digest = digestOf(config);
    this.configs.set(digest, config);
    return Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: config.length },
        layers: [],
      }),
    );
  }
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
