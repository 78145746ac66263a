import { isMap, type RawObject } from '../manifest';
import type { Field } from '../schema/field';
import type { Reference } from './reference';

/** Where kinds keep the template of their Pods. */
const TEMPLATES: Readonly<Record<string, Field>> = {
  Pod: [],
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

/** The Pods that an object makes, and where in it they are described. */
export function podSpecOf(object: RawObject): { readonly spec: Readonly<Record<string, unknown>>; readonly field: Field } | undefined {
  if (!Object.hasOwn(TEMPLATES, object.kind)) return undefined;
  const field = [...TEMPLATES[object.kind], 'spec'];
  const spec = field.reduce<unknown>((value, part) => (isMap(value) ? value[part] : undefined), object);
  return isMap(spec) ? { spec, field } : undefined;
}

/** Containers of Pods with their fields, those that run before and beside the others too. */
export function containersOf(
  object: RawObject,
): { readonly container: Readonly<Record<string, unknown>>; readonly field: Field; readonly isInit: boolean }[] {
  const pod = podSpecOf(object);
  if (pod === undefined) return [];
  return ['initContainers', 'containers'].flatMap((list) =>
    mapsIn(pod.spec[list]).map(([container, index]) => ({ container, field: [...pod.field, list, index], isInit: list === 'initContainers' })),
  );
}

/** ConfigMaps, Secrets, claims and the service account that Pods need to start. */
export function podReferences(object: RawObject, namespace: string): Reference[] {
  const pod = podSpecOf(object);
  if (pod === undefined) return [];
  const { spec, field } = pod;
  const found: Reference[] = [];
  const core = (kind: string, name: unknown, at: Field, key?: unknown) => {
    if (typeof name === 'string' && name !== '') found.push({ group: '', kind, namespace, name, field: at, ...(typeof key === 'string' && { key }) });
  };
  // Every namespace has the one that is called default.
  if (spec.serviceAccountName !== 'default') core('ServiceAccount', spec.serviceAccountName, [...field, 'serviceAccountName']);
  for (const [one, index] of mapsIn(spec.imagePullSecrets)) core('Secret', one.name, [...field, 'imagePullSecrets', index, 'name']);
  for (const [volume, index] of mapsIn(spec.volumes)) volumeReferences(volume, [...field, 'volumes', index], core, templatesOf(object));
  for (const { container, field: at } of containersOf(object)) {
    for (const [source, index] of mapsIn(container.envFrom)) {
      for (const [ref, kind] of [
        ['configMapRef', 'ConfigMap'],
        ['secretRef', 'Secret'],
      ] as const) {
        const to = source[ref];
        if (isMap(to) && to.optional !== true) core(kind, to.name, [...at, 'envFrom', index, ref, 'name']);
      }
    }
    for (const [variable, index] of mapsIn(container.env)) {
      for (const [ref, kind] of [
        ['configMapKeyRef', 'ConfigMap'],
        ['secretKeyRef', 'Secret'],
      ] as const) {
        const to = isMap(variable.valueFrom) ? variable.valueFrom[ref] : undefined;
        if (isMap(to) && to.optional !== true) core(kind, to.name, [...at, 'env', index, 'valueFrom', ref, 'name'], to.key);
      }
    }
  }
  return found;
}

type Add = (kind: string, name: unknown, at: Field, key?: unknown) => void;

function volumeReferences(volume: Readonly<Record<string, unknown>>, at: Field, core: Add, claims: ReadonlySet<unknown>): void {
  const { configMap, secret, persistentVolumeClaim: claim, projected } = volume;
  if (isMap(configMap) && configMap.optional !== true) core('ConfigMap', configMap.name, [...at, 'configMap', 'name']);
  if (isMap(secret) && secret.optional !== true) core('Secret', secret.secretName, [...at, 'secret', 'secretName']);
  if (isMap(claim) && !claims.has(volume.name)) core('PersistentVolumeClaim', claim.claimName, [...at, 'persistentVolumeClaim', 'claimName']);
  if (!isMap(projected)) return;
  for (const [source, index] of mapsIn(projected.sources)) {
    const [map, hidden] = [source.configMap, source.secret];
    if (isMap(map) && map.optional !== true) core('ConfigMap', map.name, [...at, 'projected', 'sources', index, 'configMap', 'name']);
    if (isMap(hidden) && hidden.optional !== true) core('Secret', hidden.name, [...at, 'projected', 'sources', index, 'secret', 'name']);
  }
}

/** Claims that a StatefulSet makes by itself. */
function templatesOf({ spec }: RawObject): ReadonlySet<unknown> {
  const templates = isMap(spec) ? mapsIn(spec.volumeClaimTemplates) : [];
  return new Set(templates.map(([{ metadata }]) => (isMap(metadata) ? metadata.name : undefined)));
}

/** The items of a list that are maps, with their places. */
export function mapsIn(list: unknown): [Readonly<Record<string, unknown>>, number][] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown, index): [Readonly<Record<string, unknown>>, number][] => (isMap(item) ? [[item, index]] : []));
}
