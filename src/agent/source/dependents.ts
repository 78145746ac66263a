import { refOf } from '../runtime/ref';
import type { Reconciled, Ref, Runtime } from '../runtime/types';
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

/** From now on a source's new artifact wakes its dependents; so does the first one after a start. */
export function followArtifacts(runtime: Pick<Runtime, 'store' | 'requestReconcile'>, kind: string): void {
  const seen = new Map<string, string>();
  runtime.store.subscribe(kind, (object, change) => {
    const { namespace = '', name } = object.metadata;
    const key = `${namespace}/${name}`;
    const artifact =
      change === 'deleted'
        ? undefined
        : JSON.stringify([object.status?.artifact, object.status?.observedIgnore, object.status?.observedLayerSelector]);
    if (seen.get(key) === artifact) return;
    if (artifact === undefined) seen.delete(key);
    else seen.set(key, artifact);
    wakeDependents(runtime, { kind, namespace, name });
  });
}
