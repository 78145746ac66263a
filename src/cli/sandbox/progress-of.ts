import type { FairleadError } from '../../common/errors';
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
  readonly problem?: Pick<FairleadError, 'message' | 'remedy'>;
}

export interface Progressed extends Omit<Expected, 'problem'> {
  readonly state: 'ready' | 'suspended' | 'waiting' | 'failed';
  /** Why it is not ready, in a sentence. */
  readonly reason?: string;
  readonly remedy?: string;
}

/** Everything of a cluster that can become ready: its layers, but for those of other repositories, and their releases. */
export function expectedOf({ layers }: PreviewCluster): Expected[] {
  return layers.flatMap((layer) => {
    if (layer.kustomization === undefined || layer.path === undefined) return [];
    const [problem] = layer.problems;
    const own: Expected = {
      layer: layer.name,
      ref: { kind: kinds.Kustomization.kind, ...layer.kustomization },
      ...(problem && { problem: said(problem) }),
    };
    const releases = layer.releases.map(({ namespace, name, problem: wrong }): Expected => {
      const ref = { kind: kinds.HelmRelease.kind, namespace, name };
      return { layer: layer.name, release: namespace === layer.name ? name : `${namespace}/${name}`, ref, ...(wrong && { problem: said(wrong) }) };
    });
    return [own, ...releases];
  });
}

function said({ message, remedy }: FairleadError): Expected['problem'] {
  return { message, remedy };
}

/** What has become of them at a commit. */
export function progressOf(expected: readonly Expected[], world: World, commit: string): Progressed[] {
  const each = expected.map(({ problem, ...one }) => ({ one, ...judge({ ...one, problem }, world, commit) }));
  // What waits for what fails waits in vain, and so does what waits for that.
  const failed = each.filter(({ state }) => state === 'failed').map(({ one }) => one.ref);
  for (let known = -1; known < failed.length; ) {
    known = failed.length;
    for (const { one, state, waitsFor } of each) {
      const isVain = waitsFor.some((ref) => failed.some((other) => sameObject(ref, other)));
      if (state === 'waiting' && isVain && !failed.includes(one.ref)) failed.push(one.ref);
    }
  }
  return each.map(({ one, state, waitsFor: _, ...told }) => ({ ...one, ...told, state: failed.includes(one.ref) ? 'failed' : state }));
}

interface Judged extends Pick<Progressed, 'state' | 'reason' | 'remedy'> {
  readonly waitsFor: readonly Ref[];
}

function judge({ ref, problem }: Expected, world: World, commit: string): Judged {
  const object = world.objects.get<Live>(ref);
  if (object?.spec?.suspend) return { state: 'suspended', waitsFor: [] };
  if (problem !== undefined) return { state: 'failed', reason: problem.message, remedy: problem.remedy, waitsFor: [] };
  if (object === undefined) return { state: 'waiting', reason: 'it is not there yet', waitsFor: [] };
  if (isReady(object) && isAt(object, commit)) return { state: 'ready', waitsFor: [] };
  const { sentence, remedy, isFinal, root } = why(object, world);
  const isOver = isFinal || readinessOf(object).state === 'stalled';
  return { state: isOver ? 'failed' : 'waiting', reason: sentence, remedy, waitsFor: [root] };
}

interface Live extends KubeObject {
  readonly spec?: { readonly suspend?: boolean };
  readonly status?: { readonly lastAppliedRevision?: string };
}

function isAt({ kind, status }: Live, commit: string): boolean {
  return kind !== kinds.Kustomization.kind || (status?.lastAppliedRevision ?? '').endsWith(commit);
}
