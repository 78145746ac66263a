import { normalPath } from '../git/listing';
import type { FileTree } from './file-tree';
import { isFluxInstance } from './flux-instance';
import { instanceObjects } from './instance-objects';
import { type Found, foundIn } from './kustomizations';
import type { Builder } from './layer-build';

const GROUP = 'kustomize.toolkit.fluxcd.io';

/**
 * Kustomizations in the files below a folder, and those that Flux Operator makes: where synth writes them, else wherever they are. Documents that cannot
 * be read are told of by their layers.
 */
export async function findKustomizations(builder: Builder, output: string): Promise<Found[]> {
  const { tree, engine } = builder;
  const prefix = output === '' ? '' : `${output}/`;
  const content = await tree.content(output);
  const sync = content.files.map(({ path }) => path).filter((path) => /^[^/]+\/_sync\/.*\.ya?ml$/.test(path));
  const files = sync.length > 0 ? sync : (await tree.containing(output, GROUP, 'FluxInstance')).map((path) => path.slice(prefix.length));
  const yaml = files.filter((path) => /\.ya?ml$/.test(path));
  // Clusters have objects of the same names, which in one reading would be one object written twice.
  const parsed = await Promise.all(yaml.map((path) => engine.parse(content, { files: [path] })));
  const objects = parsed.flatMap((one) => one.objects).map((object) => ({ ...object, file: `${prefix}${object.file}` }));
  const made = await Promise.all(objects.filter(isFluxInstance).map((instance) => instanceObjects(builder, instance)));
  const starts = made.flatMap((sync) => foundIn(sync).map((one): Found => ({ ...one, sync })));
  // Examples and patches name folders that are not there.
  const isHere = await Promise.all(starts.map(({ object }) => hasFiles(tree, object.spec.path)));
  return [...foundIn(objects), ...starts.filter((_, index) => isHere[index])];
}

async function hasFiles(tree: FileTree, path: string | undefined): Promise<boolean> {
  return (await tree.content(normalPath(path ?? ''))).files.length > 0;
}
