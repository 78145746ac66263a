import { refKey, refOf } from '../runtime/ref';
import type { Reconciled, Ref, Runtime, Store } from '../runtime/types';
import type { SourceRef } from './types';

/** Kinds whose objects are made of a source. */
const CONSUMERS = ['HelmChart', 'Kustomization', 'HelmRelease'];

interface Consuming {
  readonly sourceRef?: Partial<SourceRef>;
  readonly chartRef?: Partial<SourceRef>;
  readonly chart?: { readonly spec?: { readonly sourceRef?: Partial<SourceRef> } };
}

/** Sources an object names: `spec.sourceRef`, a release's `spec.chart.spec.sourceRef` or `spec.chartRef`. */
export function sourcesOf(object: Reconciled): SourceRef[] {
  const spec = object.spec as Consuming;
  return [spec.sourceRef, spec.chart?.spec?.sourceRef, spec.chartRef].flatMap((ref) =>
    ref?.kind === undefined || ref.name === undefined
      ? []
      : [{ kind: ref.kind, name: ref.name, namespace: ref.namespace ?? object.metadata.namespace ?? '' }],
  );
}

/** Asks for a visit to everything that is made of a source. */
export function wakeDependents(runtime: Pick<Runtime, 'store' | 'requestReconcile'>, source: Ref): void {
  const isIt = (ref: SourceRef) => ref.kind === source.kind && ref.name === source.name && ref.namespace === source.namespace;
  for (const kind of CONSUMERS) {
    for (const object of runtime.store.list(kind)) {
      if (sourcesOf(object).some(isIt)) runtime.requestReconcile(refOf(object), causeFor(kind));
    }
  }
}

/** A release that is being made goes on unless its own chart changed, which it sees to itself: only `source` ends its wait. */
function causeFor(kind: string): string {
  return kind === 'HelmRelease' ? 'revision' : 'source';
}

/** Which objects are made of which source, kept up as they change: there may be as many sources as consumers. */
class Consumers {
  private readonly bySource = new Map<string, Map<string, Ref>>();
  private readonly sources = new Map<string, readonly string[]>();

  constructor(store: Pick<Store, 'list' | 'subscribe'>) {
    for (const kind of CONSUMERS) {
      for (const object of store.list(kind)) this.note(refOf(object), sourcesOf(object));
      store.subscribe(kind, (object, change) => this.note(refOf(object), change === 'deleted' ? [] : sourcesOf(object)));
    }
  }

  of(source: Ref): readonly Ref[] {
    return [...(this.bySource.get(refKey(source))?.values() ?? [])];
  }

  private note(consumer: Ref, sources: readonly SourceRef[]): void {
    const key = refKey(consumer);
    for (const source of this.sources.get(key) ?? []) {
      const consumers = this.bySource.get(source);
      consumers?.delete(key);
      if (consumers?.size === 0) this.bySource.delete(source);
    }
    const named = sources.map(refKey);
    if (named.length === 0) this.sources.delete(key);
    else this.sources.set(key, named);
    for (const source of named) {
      const consumers = this.bySource.get(source) ?? new Map<string, Ref>();
      this.bySource.set(source, consumers.set(key, consumer));
    }
  }
}

/** From now on a new artifact of a source of these kinds wakes its dependents; so does the first one after a start. */
export function followArtifacts(runtime: Pick<Runtime, 'store' | 'requestReconcile'>, kinds: readonly string[]): void {
  const consumers = new Consumers(runtime.store);
  const seen = new Map<string, string>();
  const look = (object: Reconciled, change: 'changed' | 'deleted') => {
    const source = refOf(object);
    const { artifact, observedIgnore, observedLayerSelector } = object.status ?? {};
    const state = change === 'deleted' ? undefined : JSON.stringify([artifact, observedIgnore, observedLayerSelector]);
    if (seen.get(refKey(source)) === state) return;
    if (state === undefined) seen.delete(refKey(source));
    else seen.set(refKey(source), state);
    for (const consumer of consumers.of(source)) runtime.requestReconcile(consumer, causeFor(consumer.kind));
  };
  for (const kind of kinds) runtime.store.subscribe(kind, look);
}
