import { errors } from '../../common/errors';
import type { ObjectId } from '../../model/object';
import { composeValues, DEFAULT_VALUES_KEY, valuesTextOf } from '../../render/release-values';
import type { Engine } from '../../render/types';
import { refOf } from '../runtime/ref';
import type { Runtime } from '../runtime/types';
import type { HelmRelease, ValuesReference } from './helm-release';

/**
 * What a release is configured with. ConfigMaps and Secrets it names are watched, so their digest costs nothing until one of them or the spec
 * changes; their content is read when it is needed and not kept.
 */
export class ReleaseValues {
  private readonly digests = new Map<string, { readonly generation: number | undefined; readonly digest: string }>();
  private readonly watches = new Map<string, readonly (() => void)[]>();

  constructor(
    private readonly runtime: Runtime,
    private readonly engine: Engine,
  ) {}

  /** Flux's digest of the values. `compose` is asked for them only where they may have changed. */
  async digest(object: HelmRelease): Promise<string> {
    const key = keyOfRelease(object);
    const { generation } = object.metadata;
    const known = this.digests.get(key);
    if (known !== undefined && known.generation === generation) return known.digest;
    const seen = new Map<string, string>();
    try {
      const digest = await this.engine.configDigest(await this.composeFrom(object, seen));
      this.digests.set(key, { generation, digest });
      return digest;
    } finally {
      this.watch(object, seen);
    }
  }

  /** See `composeValues`. */
  async compose(object: HelmRelease): Promise<unknown> {
    return await this.composeFrom(object, new Map());
  }

  /** @param seen gets the resource version of everything that was read; empty: it was not there */
  private async composeFrom(object: HelmRelease, seen: Map<string, string>): Promise<unknown> {
    const namespace = object.metadata.namespace ?? '';
    return composeValues(this.engine, keyOfRelease(object), object.spec, (reference) => this.read(reference, namespace, seen));
  }

  forget(object: HelmRelease): void {
    this.forgetWatches(object);
    this.digests.delete(keyOfRelease(object));
  }

  /** What could not be read is watched as well: its coming is a change. */
  private watch(object: HelmRelease, seen: ReadonlyMap<string, string>): void {
    this.forgetWatches(object);
    const namespace = object.metadata.namespace ?? '';
    const key = keyOfRelease(object);
    const owner = refOf(object);
    const onChange = () => {
      this.digests.delete(key);
      this.runtime.requestReconcile(owner, 'values');
    };
    const named = object.spec.valuesFrom ?? [];
    const references = new Map(named.map(({ kind, name }) => [`${kind}/${name}`, { kind, namespace, name }]));
    if (references.size === 0) return;
    this.watches.set(
      key,
      [...references].map(([name, ref]) => this.runtime.watchValues(ref, onChange, seen.get(name))),
    );
  }

  private forgetWatches(object: HelmRelease): void {
    for (const stop of this.watches.get(keyOfRelease(object)) ?? []) stop();
    this.watches.delete(keyOfRelease(object));
  }

  private async read(reference: ValuesReference, namespace: string, seen: Map<string, string>): Promise<string | undefined> {
    const { kind, name, valuesKey: key = DEFAULT_VALUES_KEY, optional = false } = reference;
    const object = await this.runtime.clusters.own.get(idOf(kind, namespace, name));
    seen.set(`${kind}/${name}`, object?.metadata.resourceVersion ?? '');
    if (object === undefined) {
      if (optional) return undefined;
      throw errors.ValuesMissing({ kind, namespace, name });
    }
    const text = valuesTextOf(object, key);
    if (text === undefined && !optional) throw errors.ValuesKeyMissing({ kind, namespace, name, key });
    if (text !== undefined && kind === 'Secret') await this.hide(text, reference.targetPath !== undefined);
    return text;
  }

  /** What came out of a Secret must not come out of us. */
  private async hide(text: string, isScalar: boolean): Promise<void> {
    if (isScalar) return this.runtime.redactor.add(text);
    const values = await this.engine.mergeValues([text]).catch(() => text);
    for (const secret of stringsIn(values)) this.runtime.redactor.add(secret);
  }
}

function keyOfRelease(object: HelmRelease): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

function idOf(kind: string, namespace: string, name: string): ObjectId {
  return { group: '', version: 'v1', kind, namespace, name };
}

function* stringsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) yield* stringsIn(part);
}
