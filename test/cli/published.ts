import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/** A registry with images and a chart repository with an index, in this process. */
export class Published {
  static async start(): Promise<Published> {
    const published = new Published();
    await new Promise<void>((resolve) => published.server.listen(0, '127.0.0.1', resolve));
    published.host = `127.0.0.1:${(published.server.address() as AddressInfo).port}`;
    return published;
  }

  host = '';
  /** Text of `index.yaml`. */
  index = 'apiVersion: v1\nentries: {}\n';
  /** Authorization headers that came with requests for the index. */
  readonly indexReaders: (string | undefined)[] = [];
  private readonly contents = new Map<string, { readonly type: string; readonly bytes: Buffer }>();
  private readonly tags = new Map<string, Set<string>>();
  private readonly server = http.createServer((request, response) => this.answer(request, response));

  private constructor() {}

  /** Gives its digest. */
  image(repository: string, tag: string, created: string): string {
    const config = Buffer.from(JSON.stringify({ created, os: 'linux', architecture: 'amd64', tag }));
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: MANIFEST,
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf(config), size: config.length },
        layers: [],
      }),
    );
    this.contents.set(`/v2/${repository}/blobs/${digestOf(config)}`, { type: 'application/octet-stream', bytes: config });
    for (const name of [tag, digestOf(manifest)]) this.contents.set(`/v2/${repository}/manifests/${name}`, { type: MANIFEST, bytes: manifest });
    this.tags.set(repository, (this.tags.get(repository) ?? new Set()).add(tag));
    return digestOf(manifest);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    const { pathname } = new URL(request.url ?? '/', 'http://any');
    if (pathname === '/v2/') return void response.end();
    if (pathname === '/charts/index.yaml') {
      this.indexReaders.push(request.headers.authorization);
      return void response.end(this.index);
    }
    const list = /^\/v2\/(.+)\/tags\/list$/.exec(pathname);
    const tags = list && this.tags.get(list[1]);
    if (tags) return void response.end(JSON.stringify({ name: list[1], tags: [...tags] }));
    const content = this.contents.get(pathname);
    if (content === undefined) return void response.writeHead(404).end(JSON.stringify({ errors: [{ code: 'NAME_UNKNOWN', message: 'unknown' }] }));
    response.writeHead(200, { 'content-type': content.type, 'docker-content-digest': digestOf(content.bytes) });
    response.end(request.method === 'HEAD' ? undefined : content.bytes);
  }
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
