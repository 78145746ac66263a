import { createHash } from 'node:crypto';
import { errors } from '../common/errors';
import type { Authorization, Purpose } from './authorization';
import { readBody } from './body';
import type { ImageName } from './image-name';
import type { HttpOptions, HttpStream } from './transport';
import type { RegistryAccess, RequestOptions } from './types';

/** A manifest as it came. */
export interface RawManifest {
  readonly bytes: Buffer;
  /** Of the bytes. */
  readonly digest: string;
  readonly mediaType: string;
}

export const manifestTypes = {
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerSchema1: 'application/vnd.docker.distribution.manifest.v1+json',
  dockerSchema1Signed: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
} as const;

const ACCEPT = Object.values(manifestTypes).join(', ');
const MANIFEST_LIMIT = 4 * 2 ** 20;
const REASON_LIMIT = 2 ** 16;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** One repository of a registry as the distribution specification sees it: manifests and blobs, whatever they hold. */
export class OciRepository {
  private readonly purpose: Purpose;

  constructor(
    readonly name: ImageName,
    private readonly access: RegistryAccess,
    private readonly authorization: Authorization,
  ) {
    this.purpose = { repository: name.name, scope: `repository:${name.path}:pull` };
  }

  /** The manifest of a tag or digest; undefined where there is none. Throws `RegistryDigestWrong` where it is not the one that was asked for. */
  async manifest(reference: string, options: RequestOptions = {}): Promise<RawManifest | undefined> {
    const url = await this.url(`manifests/${encodeURIComponent(reference)}`, options);
    const answer = await this.get(url, { ...options, headers: { accept: ACCEPT }, limit: MANIFEST_LIMIT, raw: true });
    if (answer.status === 404) return this.absent(answer);
    const bytes = await this.read(answer);
    const digest = digestOf(bytes);
    if (DIGEST.test(reference)) expectDigest(url, digest, reference);
    return { bytes, digest, mediaType: (answer.headers['content-type'] ?? '').split(';')[0].trim() };
  }

  /** The bytes with a digest. Throws `RegistryDigestWrong` where others came, and `RegistryFailed` where there are none. */
  async blob(digest: string, limit: number, options: RequestOptions = {}): Promise<Buffer> {
    const url = await this.url(`blobs/${digest}`, options);
    const bytes = await this.read(await this.get(url, { ...options, limit, raw: true }));
    expectDigest(url, digestOf(bytes), digest);
    return bytes;
  }

  /** The digest of a tag, by HEAD where the registry answers with one; undefined where the tag is gone. */
  async digest(tag: string, options: RequestOptions = {}): Promise<string | undefined> {
    const url = await this.url(`manifests/${encodeURIComponent(tag)}`, options);
    const answer = await this.authorization.head(url, this.purpose, { ...options, access: this.access, headers: { accept: ACCEPT } });
    const digest = answer.headers['docker-content-digest'];
    if (answer.status === 200 && typeof digest === 'string' && DIGEST.test(digest)) return digest;
    // An answer to HEAD has no body that could say whether the tag is missing or the repository.
    return (await this.manifest(tag, options))?.digest;
  }

  /** An answer to GET in this repository, whatever its status. */
  async get(url: URL, options: HttpOptions = {}): Promise<HttpStream> {
    return this.authorization.get(url, this.purpose, { ...options, access: this.access });
  }

  /** The address of something in this repository. */
  async url(path: string, options: RequestOptions = {}): Promise<URL> {
    return new URL(`${await this.authorization.origins.of(this.name.host, this.access, options)}/v2/${this.name.path}/${path}`);
  }

  /** The body of a successful answer. Throws `RegistryRepositoryMissing` or `RegistryFailed` for others. */
  async read(answer: HttpStream): Promise<Buffer> {
    if (answer.status === 200) return readBody(answer.body);
    const { code, reason } = await reasonOf(answer);
    if (code === 'NAME_UNKNOWN' || code === 'NAME_INVALID') throw this.missing(reason);
    throw errors.RegistryFailed({ url: answer.url.origin + answer.url.pathname, status: answer.status, reason });
  }

  missing(reason: string): Error {
    const remedy = this.access.secret
      ? `correct the name, or push an image; many registries say so too where the credentials in secret ${this.access.secret} give no access`
      : 'correct the name, or push an image; many registries say so too where credentials are needed (secretRef, or docker login)';
    return errors.RegistryRepositoryMissing({ repository: this.name.name, reason, remedy });
  }

  private async absent(answer: HttpStream): Promise<undefined> {
    const { code, reason } = await reasonOf(answer);
    if (code === 'NAME_UNKNOWN') throw this.missing(reason);
    return undefined;
  }
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** What a registry says was wrong, in a line. */
export async function reasonOf({ body, status }: HttpStream): Promise<{ readonly code?: string; readonly reason: string }> {
  const nothing = { reason: `status ${status}` };
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of body) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length > REASON_LIMIT) return nothing;
    }
    const first = (JSON.parse(Buffer.concat(chunks).toString()) as { errors?: { code?: unknown; message?: unknown }[] }).errors?.[0];
    if (typeof first?.code !== 'string') return nothing;
    const message = typeof first.message === 'string' && first.message ? first.message : first.code;
    return { code: first.code, reason: message.slice(0, 200) };
  } catch {
    return nothing;
  }
}

function expectDigest(url: URL, actual: string, expected: string): void {
  if (actual !== expected) throw errors.RegistryDigestWrong({ url: url.origin + url.pathname, actual, expected });
}
