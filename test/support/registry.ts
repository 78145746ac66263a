import { createHash, randomUUID } from 'node:crypto';

/** What an image to push says of itself. */
export interface ImageOptions {
  /** In its config; null: it says nothing. @default now */
  readonly created?: Date | string | null;
  /** In its config. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Of its manifest. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** What makes it another image, or the same. @default random */
  readonly content?: string;
  /** Docker's media types instead of OCI's. */
  readonly docker?: boolean;
  /** The tags point at an index of one image for each platform, beside an attestation as buildkit leaves it. @default one manifest */
  readonly index?: {
    /** @default linux/amd64 and linux/arm64 */
    readonly platforms?: readonly string[];
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const OCI = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
};
const DOCKER = {
  index: 'application/vnd.docker.distribution.manifest.list.v2+json',
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar',
};

/** Pushes an image of random content to `host:port` (plain HTTP) and points the tags at it, also those that pointed elsewhere. @returns its digest */
export async function pushImage(registry: string, repository: string, tags: string | readonly string[], options: ImageOptions = {}): Promise<string> {
  const base = `http://${registry}/v2/${repository}`;
  const types = options.docker ? DOCKER : OCI;
  const names = [tags].flat();
  if (options.index === undefined) return putManifest(base, names, types.manifest, await imageManifest(base, 'linux/amd64', options));
  const manifests: object[] = [];
  for (const platform of options.index.platforms ?? ['linux/amd64', 'linux/arm64']) {
    manifests.push({ ...(await pushedManifest(base, types.manifest, await imageManifest(base, platform, options))), platform: platformOf(platform) });
  }
  const attestation = await imageManifest(base, 'unknown/unknown', { ...options, created: null, labels: {} });
  manifests.push({ ...(await pushedManifest(base, types.manifest, attestation)), platform: platformOf('unknown/unknown') });
  return putManifest(base, names, types.index, { schemaVersion: 2, mediaType: types.index, manifests, annotations: options.index.annotations });
}

/** Points a tag at an image that is there. */
export async function moveTag(registry: string, repository: string, tag: string, digest: string): Promise<void> {
  const base = `http://${registry}/v2/${repository}`;
  const response = await send('GET', `${base}/manifests/${digest}`, undefined, { accept: Object.values({ ...OCI, ...DOCKER }).join(',') });
  await send('PUT', `${base}/manifests/${tag}`, Buffer.from(await response.arrayBuffer()), { 'content-type': response.headers.get('content-type')! });
}

export async function deleteTag(registry: string, repository: string, tag: string): Promise<void> {
  await send('DELETE', `http://${registry}/v2/${repository}/manifests/${tag}`);
}

async function imageManifest(
  base: string,
  platform: string,
  { created = new Date(), labels, annotations, content, docker }: ImageOptions,
): Promise<object> {
  const types = docker ? DOCKER : OCI;
  const layer = await pushBlob(base, types.layer, Buffer.from(`${platform} ${content ?? randomUUID()}`));
  const { os, architecture } = platformOf(platform);
  const config = {
    ...(created === null ? {} : { created: typeof created === 'string' ? created : created.toISOString() }),
    os,
    architecture,
    config: { Labels: labels },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  };
  return {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: await pushBlob(base, types.config, Buffer.from(JSON.stringify(config))),
    layers: [layer],
    annotations,
  };
}

async function pushBlob(base: string, mediaType: string, content: Buffer): Promise<Descriptor> {
  const digest = digestOf(content);
  const begun = await send('POST', `${base}/blobs/uploads/`);
  const place = new URL(begun.headers.get('location')!, base);
  place.searchParams.set('digest', digest);
  await send('PUT', place.href, content, { 'content-type': 'application/octet-stream' });
  return { mediaType, digest, size: content.length };
}

async function pushedManifest(base: string, mediaType: string, manifest: object): Promise<Descriptor> {
  const content = Buffer.from(JSON.stringify(manifest));
  const digest = digestOf(content);
  await send('PUT', `${base}/manifests/${digest}`, content, { 'content-type': mediaType });
  return { mediaType, digest, size: content.length };
}

async function putManifest(base: string, tags: readonly string[], mediaType: string, manifest: object): Promise<string> {
  const { digest } = await pushedManifest(base, mediaType, manifest);
  for (const tag of tags) {
    await send('PUT', `${base}/manifests/${tag}`, Buffer.from(JSON.stringify(manifest)), { 'content-type': mediaType });
  }
  return digest;
}

async function send(method: string, url: string, body?: Buffer, headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(url, { method, headers, body });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  if (method !== 'GET') await response.arrayBuffer();
  return response;
}

function platformOf(text: string): { os: string; architecture: string } {
  const [os, architecture] = text.split('/');
  return { os, architecture };
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
