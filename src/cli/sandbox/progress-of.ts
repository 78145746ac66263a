import { kinds } from '../../model/kinds';
import type { KubeObject } from '../../model/object';
import type { PreviewCluster } from '../../preview/types';
import { isReady, readinessOf } from '../live/readiness';
import { why } from '../live/why';
import { type Ref, sameObject, type World } from '../live/world';

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
  const each = expected.map((one) => ({ one, ...judge(one, world, commit) }));
  const failed = each.filter(({ state }) => state === 'failed').map(({ one }) => one.ref);
  // What waits for what fails waits in vain.
  const isVain = (root: Ref | undefined) => root !== undefined && failed.some((ref) => sameObject(ref, root));
  return each.map(({ one, state, root, ...said }) => ({ ...one, ...said, state: state === 'waiting' && isVain(root) ? 'failed' : state }));
}

interface Judged extends Pick<Progressed, 'state' | 'reason' | 'next'> {
  /** Where the cause is. */
  readonly root?: Ref;
}

function judge({ ref, problem }: Expected, world: World, commit: string): Judged {
  const object = world.objects.get<Live>(ref);
  if (object?.spec?.suspend) return { state: 'suspended' };
  const isWrong = problem !== undefined;
  if (object === undefined) return { state: isWrong ? 'failed' : 'waiting', reason: problem ?? 'it is not there yet' };
  if (isReady(object) && isAt(object, commit)) return isWrong ? { state: 'failed', reason: problem } : { state: 'ready' };
  const { sentence, next, isFinal, root } = why(object, world);
  const isOver = isWrong || isFinal || readinessOf(object).state === 'stalled';
  return { state: isOver ? 'failed' : 'waiting', reason: problem ?? sentence, next, root };
}

interface Live extends KubeObject {
  readonly spec?: { readonly suspend?: boolean };
  readonly status?: { readonly lastAppliedRevision?: string };
}

function isAt({ kind, status }: Live, commit: string): boolean {
  return kind !== kinds.Kustomization.kind || (status?.lastAppliedRevision ?? '').endsWith(commit);
}
