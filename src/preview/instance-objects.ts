import type { ManifestObject } from '../model/object';
import type { Engine } from '../render/types';
import { type InstanceSync, instanceSync } from './flux-instance';
import type { Builder } from './layer-build';
import { objectOf } from './preview-object';
import { blobDigest, folderContent } from './tree-content';

/**
 * The source and the Kustomization that Flux Operator makes of a FluxInstance, as if they stood in its place; none where it has no sync.
 * Without its patches where these cannot be made: then the operator makes nothing, and says so of the FluxInstance.
 */
export async function instanceObjects({ engine, memory }: Pick<Builder, 'engine' | 'memory'>, instance: ManifestObject): Promise<ManifestObject[]> {
  const made = await memory.once(`sync ${instance.digest}`, async () => {
    const sync = instanceSync(objectOf(instance));
    if (sync === undefined) return [];
    return await build(engine, sync).catch(() => build(engine, { ...sync, patches: [] }));
  });
  return made.map((object) => ({ ...object, file: instance.file, document: instance.document }));
}

async function build(engine: Engine, { source, kustomization, patches }: InstanceSync): Promise<readonly ManifestObject[]> {
  const bytes = Buffer.from([source, kustomization].map((object) => JSON.stringify(object)).join('\n---\n'));
  const content = folderContent([{ path: 'sync.yaml', digest: blobDigest(bytes) }], async () => bytes);
  return (await engine.build(content, { path: '.', overlay: { patches } })).objects;
}
