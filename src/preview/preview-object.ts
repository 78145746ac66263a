import type { KubeObject, ManifestObject } from '../model/object';
import { payloadObject } from '../objects/payload';
import type { PreviewObject } from './types';

/** What the agent adds to objects of one owner. */
export interface Additions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Where an object goes that names no namespace. @default - nowhere */
  readonly namespace?: string;
  /** File of the owner. @default - the object's own */
  readonly file?: string;
  readonly isClusterScoped: (id: Pick<ManifestObject, 'group' | 'kind'>) => boolean;
}

export function objectOf(manifest: Pick<ManifestObject, 'json'>): KubeObject {
  return JSON.parse(manifest.json.toString()) as KubeObject;
}

/** An object as it is sent to the cluster. */
export function previewObject(manifest: ManifestObject, { labels, annotations, isClusterScoped, file, ...place }: Additions): PreviewObject {
  const { group, version, kind, name } = manifest;
  const namespace = isClusterScoped(manifest) ? '' : manifest.namespace || (place.namespace ?? '');
  return {
    id: { group, version, kind, namespace, name },
    object: payloadObject(manifest, { labels, annotations, namespace }),
    file: file ?? manifest.file ?? '',
    document: manifest.document ?? 1,
    ...(file === undefined || manifest.file === undefined ? {} : { template: manifest.file }),
  };
}
