import type { KubeObject, ManifestObject } from '../model/object';
import type { Engine } from '../render/types';
import type { FileTree } from './file-tree';
import { type Found, isKustomization, type KustomizationObject, lackOf } from './kustomizations';

const GROUP = 'kustomize.toolkit.fluxcd.io';

/** Kustomizations in the files below a folder: where synth writes them, else wherever they are. Documents that cannot be read are told of by their layers. */
export async function findKustomizations(tree: FileTree, output: string, engine: Engine): Promise<Found[]> {
  const prefix = output === '' ? '' : `${output}/`;
  const content = await tree.content(output);
  const sync = content.files.map(({ path }) => path).filter((path) => /^[^/]+\/_sync\/.*\.ya?ml$/.test(path));
  const files = sync.length > 0 ? sync : (await tree.containing(output, GROUP)).map((path) => path.slice(prefix.length));
  const yaml = files.filter((path) => /\.ya?ml$/.test(path));
  // Clusters have objects of the same names, which in one reading would be one object written twice.
  const parsed = await Promise.all(yaml.map((path) => engine.parse(content, { files: [path] })));
  const objects = parsed.flatMap((one) => one.objects);
  return objects.filter(isKustomization).flatMap((manifest) => {
    const object = objectOf(manifest) as KustomizationObject;
    // A kustomize patch of one says less.
    return lackOf(object) !== undefined ? [] : [{ object, file: `${prefix}${manifest.file}` }];
  });
}

export function objectOf(manifest: Pick<ManifestObject, 'json'>): KubeObject {
  return JSON.parse(manifest.json.toString()) as KubeObject;
}
