import { kinds } from '../../model/kinds';
import { splitApiVersion } from '../../model/object';
import type { SourceRef } from '../../model/source-ref';
import { isMap, type Manifest, metadataOf, type RawObject } from '../manifest';
import type { Reference } from './reference';

/** Accounts of Flux, which installs itself or is installed before anything else. */
const CONTROLLERS = [
  ...['source-controller', 'kustomize-controller', 'helm-controller', 'notification-controller', 'source-watcher'],
  ...['image-reflector-controller', 'image-automation-controller', 'flux-operator'],
];

/** What is in a cluster as far as its manifests tell. */
export class Presence {
  private readonly there = new Set<string>();
  /** Keys of ConfigMaps and Secrets, where all of them are known. */
  private readonly keys = new Map<string, ReadonlySet<string>>();

  /**
   * @param openNamespaces in which there may be anything: what a release makes there is not known
   * @param sources those that the manifests themselves are read from
   * @param beside what may be there besides
   */
  constructor(
    manifests: readonly Manifest[],
    private readonly openNamespaces: ReadonlySet<string>,
    sources: readonly SourceRef[] = [],
    private readonly beside?: Presence,
  ) {
    for (const { object } of manifests) this.add(object);
    const own = new Set(sources.map(({ kind, namespace, name }) => keyOf(kinds.GitRepository.group, kind, namespace, name)));
    for (const key of own) this.there.add(key);
    // What they are read with is there before anything is read.
    for (const { object } of manifests) if (own.has(keyOfObject(object))) this.addCredentials(object);
    for (const name of CONTROLLERS) this.there.add(keyOf('', 'ServiceAccount', 'flux-system', name));
  }

  has(reference: Reference): boolean {
    const { group, kind, namespace, name } = reference;
    const isOpen = namespace !== undefined && this.openNamespaces.has(namespace);
    return isOpen || this.there.has(keyOf(group, kind, namespace, name)) || (this.beside?.has(reference) ?? false);
  }

  /** Keys that an object has and none of which is the one asked for. */
  otherKeys(reference: Reference): readonly string[] | undefined {
    const { group, kind, namespace, name, key } = reference;
    const known = this.keys.get(keyOf(group, kind, namespace, name));
    if (known === undefined) return this.beside?.otherKeys(reference);
    return key === undefined || known.has(key) ? undefined : [...known];
  }

  private addCredentials(source: RawObject): void {
    const { spec } = source;
    const { namespace } = metadataOf(source);
    if (isMap(spec) && isMap(spec.secretRef) && typeof spec.secretRef.name === 'string')
      this.there.add(keyOf('', 'Secret', namespace, spec.secretRef.name));
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
    for (const artifact of artifactsMadeBy(object, group)) this.there.add(keyOf(kinds.GitRepository.group, 'ExternalArtifact', namespace, artifact));
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

/** Flux puts them together from parts of other sources. */
function artifactsMadeBy({ kind, spec }: RawObject, group: string): string[] {
  if (group !== 'source.extensions.fluxcd.io' || kind !== 'ArtifactGenerator' || !isMap(spec) || !Array.isArray(spec.artifacts)) return [];
  return spec.artifacts.flatMap((one) => (isMap(one) && typeof one.name === 'string' ? [one.name] : []));
}

function keyOfObject(object: RawObject): string {
  const { namespace, name } = metadataOf(object);
  return keyOf(splitApiVersion(object.apiVersion).group, object.kind, namespace, String(name));
}

function keyOf(group: string, kind: string, namespace: unknown, name: string): string {
  return `${group}/${kind}/${typeof namespace === 'string' ? namespace : ''}/${name}`;
}
