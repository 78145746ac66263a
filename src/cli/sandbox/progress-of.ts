import { kinds } from '../../model/kinds';
import type { PreviewCluster } from '../../preview/types';
import { type conditionOf, isReady, readinessOf } from '../live/readiness';
import { why } from '../live/why';
import type { Ref, World } from '../live/world';

/** A layer or a release that a sandbox is to bring about. */
export interface Expected {
  readonly layer: string;
  /** Undefined: the layer itself. */
  readonly release?: string;
  readonly ref: Ref;
  /** Why it cannot come about, as far as its files say so. */
  readonly problem?: string;
}

export interface Progressed extends Expected {
  readonly state: 'ready' | 'suspended' | 'waiting' | 'failed';
  /** Why it is not ready, in a sentence. */
  readonly reason?: string;
  readonly next?: string;
}

/** Everything of a cluster that can become ready: its layers, but for those of other repositories, and their releases. */
export function expectedOf({ layers }: PreviewCluster): Expected[] {
  return layers.flatMap((layer) => {
    if (layer.kustomization === undefined || layer.path === undefined) return [];
    const [problem] = layer.problems;
    const own: Expected = {
      layer: layer.name,
      ref: { kind: kinds.Kustomization.kind, ...layer.kustomization },
      ...(problem === undefined ? {} : { problem: problem.message }),
    };
    const releases = layer.releases.map(({ namespace, name, problem: wrong }): Expected => {
      const ref = { kind: kinds.HelmRelease.kind, namespace, name };
      return { layer: layer.name, release: namespace === layer.name ? name : `${namespace}/${name}`, ref, ...(wrong && { problem: wrong.message }) };
    });
    return [own, ...releases];
  });
}

/** What has become of them at a commit. */
export function progressOf(expected: readonly Expected[], world: World, commit: string): Progressed[] {
  return expected.map((one) => {
    const object = world.objects.get<Live>(one.ref);
    if (object?.spec?.suspend) return { ...one, state: 'suspended' };
    if (object !== undefined && isReady(object) && isAt(object, commit)) {
      return one.problem === undefined ? { ...one, state: 'ready' } : { ...one, state: 'failed', reason: one.problem };
    }
    if (object === undefined)
      return { ...one, state: one.problem === undefined ? 'waiting' : 'failed', reason: one.problem ?? 'it is not there yet' };
    const { sentence, next, isFinal } = why(object, world);
    const isStalled = readinessOf(object).state === 'stalled';
    return { ...one, state: isFinal || isStalled || one.problem !== undefined ? 'failed' : 'waiting', reason: one.problem ?? sentence, next };
  });
}

interface Live extends KubeObjectLike {
  readonly spec?: { readonly suspend?: boolean };
  readonly status?: { readonly lastAppliedRevision?: string };
}

type KubeObjectLike = Parameters<typeof conditionOf>[0];

function isAt({ kind, status }: Live, commit: string): boolean {
  return kind !== kinds.Kustomization.kind || (status?.lastAppliedRevision ?? '').endsWith(commit);
}
