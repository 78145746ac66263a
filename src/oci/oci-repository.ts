import { digestOf, isDigest } from '../common/digest';
import { errors } from '../common/errors';
import type { ImageName } from '../model/image-name';
import type { Authorization, Purpose } from './authorization';
import { parseObject } from './json-object';
import type { HttpAnswer, HttpOptions } from './transport';
import type { RegistryAccess, RequestOptions } from './types';

/** A manifest as it came. */
export interface RawManifest {
  readonly bytes: Buffer;
  /** Of the bytes; of Docker's first schema, which signs itself, the registry's word. */
  readonly digest: string;
  readonly mediaType: string;
}

const manifestTypes = {
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerSchema1: 'application/vnd.docker.distribution.manifest.v1+json',
  dockerSchema1Signed: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
} as const;

const ACCEPT = Object.values(manifestTypes).join(', ');
const MANIFEST_LIMIT = 4 * 2 ** 20;
const CHECKED = /^sha(256:[0-9a-f]{64}|512:[0-9a-f]{128})$/;

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
    const url = await this.url(manifestPath(reference), options);
    const answer = await this.get(url, { ...options, headers: { accept: ACCEPT }, limit: MANIFEST_LIMIT, raw: true });
    if (answer.status === 404) return this.absent(answer);
    const { headers } = answer;
    const bytes = this.read(answer);
    const mediaType = (headers['content-type'] ?? '').split(';')[0].trim();
    const said = headers['docker-content-digest'];
    // Signatures are inside a manifest of this type and not counted in its digest.
    if (mediaType === manifestTypes.dockerSchema1Signed && typeof said === 'string' && isDigest(said)) return { bytes, digest: said, mediaType };
    for (const expected of [reference, said]) if (typeof expected === 'string' && CHECKED.test(expected)) expectDigest(url, bytes, expected);
    return { bytes, digest: digestOf(bytes), mediaType };
  }

  /** The bytes with a digest. Throws `RegistryDigestWrong` where others came, and `RegistryFailed` where there are none. */
  async blob(digest: string, limit: number, options: RequestOptions = {}): Promise<Buffer> {
    const url = await this.url(`blobs/${digest}`, options);
    const bytes = this.read(await this.get(url, { ...options, limit, raw: true }));
    expectDigest(url, bytes, digest);
    return bytes;
  }

  /** The digest of a tag, by HEAD where the registry answers with one; undefined where the tag is gone. */
  async digest(tag: string, options: RequestOptions = {}): Promise<string | undefined> {
    const url = await this.url(manifestPath(tag), options);
    const answer = await this.authorization.head(url, this.purpose, { ...options, access: this.access, headers: { accept: ACCEPT } });
    const digest = answer.headers['docker-content-digest'];
    if (answer.status === 200 && typeof digest === 'string' && isDigest(digest)) return digest;
    // An answer to HEAD has no body that could say whether the tag is missing or the repository.
    return (await this.manifest(tag, options))?.digest;
  }

  /** An answer to GET in this repository, whatever its status. */
  async get(url: URL, options: HttpOptions = {}): Promise<HttpAnswer> {
    return this.authorization.get(url, this.purpose, { ...options, access: this.access });
  }

  /** The address of something in this repository. */
  async url(path: string, options: RequestOptions = {}): Promise<URL> {
    return new URL(`${await this.authorization.origins.of(this.name.host, this.access, options)}/v2/${this.name.path}/${path}`);
  }

  /** The body of a successful answer. Throws `RegistryRepositoryMissing` or `RegistryFailed` for others. */
  read(answer: HttpAnswer): Buffer {
    if (answer.status === 200) return answer.body;
    const { code, reason } = reasonOf(answer);
    if (code === 'NAME_UNKNOWN' || code === 'NAME_INVALID') throw this.missingError(reason);
    throw errors.RegistryFailed({ url: answer.url.origin + answer.url.pathname, status: answer.status, reason });
  }

  /** What an answer of 404 means where the repository itself was asked. */
  missing(answer: HttpAnswer): Error {
    return this.missingError(reasonOf(answer).reason);
  }

  private absent(answer: HttpAnswer): undefined {
    const { code, reason } = reasonOf(answer);
    if (code === 'NAME_UNKNOWN') throw this.missingError(reason);
  }

  private missingError(reason: string): Error {
    const remedy = this.access.secret
      ? `correct the name, or push an image; many registries say so too where the credentials in secret ${this.access.secret} give no access`
      : 'correct the name, or push an image; many registries say so too where credentials are needed (secretRef, or docker login)';
    return errors.RegistryRepositoryMissing({ repository: this.name.name, reason, remedy });
  }
}

/** Tags and digests as they are; whatever else a caller takes for one cannot leave the folder. */
function manifestPath(reference: string): string {
  return `manifests/${encodeURIComponent(reference).replace('%3A', ':')}`;
}

/** What a registry says was wrong, in a line. */
function reasonOf({ body, status }: HttpAnswer): { readonly code?: string; readonly reason: string } {
  const said = parseObject(body)?.errors;
  const first = (Array.isArray(said) ? said[0] : undefined) as { code?: unknown; message?: unknown } | undefined;
  if (typeof first?.code !== 'string') return { reason: `status ${status}` };
  const message = typeof first.message === 'string' && first.message ? first.message : first.code;
  return { code: first.code, reason: message.slice(0, 200) };
}

function expectDigest(url: URL, bytes: Buffer, expected: string): void {
  const actual = digestOf(bytes, expected.split(':')[0]);
  if (actual !== expected) throw errors.RegistryDigestWrong({ url: url.origin + url.pathname, actual, expected });
}
