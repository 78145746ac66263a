import { splitApiVersion } from '../../model/object';
import { isMap, type Manifest, metadataOf, type RawObject } from '../manifest';
import type { Reference } from './reference';

/** What is in a cluster as far as its manifests tell. */
export class Presence {
  private readonly there = new Set<string>();
  /** Keys of ConfigMaps and Secrets, where all of them are known. */
  private readonly keys = new Map<string, ReadonlySet<string>>();

  /** @param openNamespaces in which there may be anything: what a release makes there is not known */
  constructor(
    manifests: readonly Manifest[],
    private readonly openNamespaces: ReadonlySet<string>,
  ) {
    for (const { object } of manifests) this.add(object);
  }

  has({ group, kind, namespace, name }: Reference): boolean {
    return (namespace !== undefined && this.openNamespaces.has(namespace)) || this.there.has(keyOf(group, kind, namespace, name));
  }

  /** Keys that an object has and none of which is the one asked for. */
  otherKeys({ group, kind, namespace, name, key }: Reference): readonly string[] | undefined {
    const known = this.keys.get(keyOf(group, kind, namespace, name));
    return key === undefined || known === undefined || known.has(key) ? undefined : [...known];
  }

  private add(object: RawObject): void {
    const { group } = splitApiVersion(object.apiVersion);
    const { name, namespace } = metadataOf(object);
    if (typeof name !== 'string') return;
    this.there.add(keyOf(group, object.kind, namespace, name));
    if (group === '' && (object.kind === 'ConfigMap' || object.kind === 'Secret')) {
      const data = [object.data, object.binaryData, object.stringData].flatMap((one) => (isMap(one) ? Object.keys(one) : []));
      this.keys.set(keyOf('', object.kind, namespace, name), new Set(data));
    }
    const made = secretMadeBy(object, group, name);
    if (made === undefined) return;
    const key = keyOf('', 'Secret', namespace, made.name);
    this.there.add(key);
    if (made.keys) this.keys.set(key, new Set(made.keys));
  }
}

/** Operators make Secrets of these. */
function secretMadeBy({ kind, spec }: RawObject, group: string, name: string): { name: string; keys?: readonly string[] } | undefined {
  const at = (value: unknown, ...path: string[]) => path.reduce<unknown>((one, part) => (isMap(one) ? one[part] : undefined), value);
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  if (group === 'bitnami.com' && kind === 'SealedSecret') {
    const keys = [at(spec, 'encryptedData'), at(spec, 'template', 'data')].flatMap((one) => (isMap(one) ? Object.keys(one) : []));
    return { name: text(at(spec, 'template', 'metadata', 'name')) ?? name, keys };
  }
  if (group === 'external-secrets.io' && kind === 'ExternalSecret') return { name: text(at(spec, 'target', 'name')) ?? name };
  if (group === 'cert-manager.io' && kind === 'Certificate') return { name: text(at(spec, 'secretName')) ?? name };
  if (group === 'secrets.hashicorp.com' || group === 'isindir.github.com') return { name: text(at(spec, 'destination', 'name')) ?? name };
  return undefined;
}

function keyOf(group: string, kind: string, namespace: unknown, name: string): string {
  return `${group}/${kind}/${typeof namespace === 'string' ? namespace : ''}/${name}`;
}
