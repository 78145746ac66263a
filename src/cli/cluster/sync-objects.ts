import { loadAll } from 'js-yaml';
import { errors } from '../../common/errors';
import { kinds } from '../../model/kinds';
import type { KubeObject } from '../../model/object';
import type { FileTree } from '../../preview/file-tree';

export interface LayerKustomization extends KubeObject {
  readonly spec: {
    readonly path?: string;
    readonly sourceRef: { readonly kind: string; readonly name: string; readonly namespace?: string };
    readonly [field: string]: unknown;
  };
}

export interface FollowedRepository extends KubeObject {
  readonly spec: { readonly url: string; readonly ref?: { readonly branch?: string; readonly [other: string]: unknown } };
}

/** What an agent follows a layer by. */
export interface LayerSync {
  readonly kustomization: LayerKustomization;
  readonly source?: FollowedRepository;
}

/** The Kustomization of a layer and its source, as the output has them. Undefined where the output syncs no such layer. */
export async function layerSync(tree: FileTree, output: string, cluster: string, layer: string): Promise<LayerSync | undefined> {
  const objects = await objectsBelow(tree, `${output}/${cluster}/_sync`);
  const folder = `/${output}/${cluster}/${layer}`;
  const kustomization = objects.find(
    (object): object is LayerKustomization =>
      object.kind === kinds.Kustomization.kind && `/${(object as LayerKustomization).spec.path}`.replace(/\/+$/, '').endsWith(folder),
  );
  if (kustomization === undefined) return undefined;
  const { sourceRef } = kustomization.spec;
  const source = objects.find(
    (object): object is FollowedRepository => object.kind === kinds.GitRepository.kind && object.metadata.name === sourceRef.name,
  );
  return { kustomization, ...(source === undefined || sourceRef.kind !== source.kind ? {} : { source }) };
}

/** Every object in the YAML files below a folder. */
export async function objectsBelow(tree: FileTree, folder: string): Promise<KubeObject[]> {
  const objects: KubeObject[] = [];
  for (const path of await tree.list(folder)) if (/\.ya?ml$/.test(path)) objects.push(...objectsIn((await tree.read(path)) ?? '', path));
  return objects;
}

/**
 * Objects of a YAML file; what is none is left out.
 * @throws OutputUnreadable
 */
export function objectsIn(text: string, file: string): KubeObject[] {
  return documentsIn(text, file).filter((object): object is KubeObject => typeof object === 'object' && object?.metadata !== undefined);
}

function documentsIn(text: string, file: string): (KubeObject | null)[] {
  try {
    return loadAll(text) as (KubeObject | null)[];
  } catch (cause) {
    const { mark, reason } = cause as { mark?: { line: number }; reason?: string };
    throw errors.OutputUnreadable({ file, line: (mark?.line ?? 0) + 1, reason: reason ?? (cause as Error).message }, cause);
  }
}
