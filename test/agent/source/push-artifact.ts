import { gzipSync } from 'node:zlib';
import { digestOf } from '../../../src/common/digest';
import { tarOf } from '../../oci/tar-of';

/** Pushes files to a registry over plain HTTP, as `flux push artifact` does. @returns the manifest's digest */
export async function pushArtifact(registry: string, repository: string, tag: string, files: Readonly<Record<string, string>>): Promise<string> {
  const base = `http://${registry}/v2/${repository}`;
  const blob = async (bytes: Buffer, mediaType: string) => {
    const digest = digestOf(bytes);
    const begun = await fetch(`${base}/blobs/uploads/`, { method: 'POST' });
    const place = new URL(begun.headers.get('location') ?? '', base);
    place.searchParams.set('digest', digest);
    const put = await fetch(place, { method: 'PUT', body: new Uint8Array(bytes), headers: { 'content-type': 'application/octet-stream' } });
    if (put.status !== 201) throw new Error(`blob: ${put.status} ${await put.text()}`);
    return { mediaType, digest, size: bytes.length };
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: await blob(Buffer.from('{}'), 'application/vnd.cncf.flux.config.v1+json'),
    layers: [await blob(gzipSync(tarOf(files)), 'application/vnd.cncf.flux.content.v1.tar+gzip')],
    annotations: { 'org.opencontainers.image.source': 'https://example.com', 'org.opencontainers.image.revision': 'main@sha1:abc' },
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  const headers = { 'content-type': manifest.mediaType };
  const put = await fetch(`${base}/manifests/${tag}`, { method: 'PUT', body: new Uint8Array(bytes), headers });
  if (put.status !== 201) throw new Error(`manifest: ${put.status} ${await put.text()}`);
  return digestOf(bytes);
}
