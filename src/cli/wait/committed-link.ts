import type { ImageUpdateAutomation } from '../../agent/image/automation';
import { partOf } from '../../agent/image/automation-policies';
import type { ImagePolicy } from '../../agent/image/types';
import { kinds } from '../../model/kinds';
import { type KubeObject, nameOf } from '../../model/object';
import { commitOf, type LiveLayer, sourceRefOf } from '../live/layers';
import { heldIn } from '../live/notes';
import { isReady, readinessOf } from '../live/readiness';
import { why } from '../live/why';
import { refOf, type World } from '../live/world';
import { type Link, open, stopped } from './link';

interface GitRepository extends KubeObject {
  readonly status?: { readonly artifact?: { readonly revision?: string; readonly lastUpdateTime?: string } };
}

/** What is chosen on its way into Git, and from there to the cluster. Undefined where it is fetched. */
export function notCommitted(policy: ImagePolicy, layer: LiveLayer, world: World): Link | undefined {
  const tag = policy.status!.latestRef!.tag;
  const automations = world.objects.list<ImageUpdateAutomation>(kinds.ImageUpdateAutomation.kind);
  const automation = automations.find((one) => partOf(one, policy) !== undefined);
  if (automation === undefined) {
    return open('committed', `no automation commits what ${nameOf(refOf(policy))} chose`, 'fairlead automate, or set it by hand: fairlead lock set');
  }
  const name = nameOf(refOf(automation));
  if (heldIn(readinessOf(automation).message).includes(policy.metadata.name)) {
    return {
      step: 'committed',
      says: `the version is held in its lock, so ${name} leaves it alone`,
      remedy: 'fairlead images shows why; fairlead release-hold',
      isFinal: true,
    };
  }
  const suspended = stopped(automation, 'committed', world);
  if (suspended !== undefined) return suspended;
  if (automation.status?.observedPolicies?.[policy.metadata.name]?.tag !== tag) {
    if (isReady(automation))
      return open('committed', `${name} is about to commit it`, `fairlead reconcile ImageUpdateAutomation/${automation.metadata.name}`);
    const { sentence, ...rest } = why(automation, world);
    return { step: 'committed', says: `${name}: ${sentence}`, ...rest };
  }
  return elsewhere(automation, policy) ?? notFetched(automation, layer, world);
}

/** Where it commits to another branch, or only to the locks, somebody has to go on. */
function elsewhere(automation: ImageUpdateAutomation, policy: ImagePolicy): Link | undefined {
  if (partOf(automation, policy) === 'derived') {
    return open(
      'committed',
      'a value is computed from the version, so a person has to synthesize',
      'merge the branch of the automation, run fairlead synth, commit',
    );
  }
  const { checkout, push } = automation.spec.git ?? {};
  if (push?.branch === undefined || push.branch === checkout?.ref.branch) return undefined;
  return open('committed', `it is on branch ${push.branch}`, 'merge it');
}

function notFetched({ status }: ImageUpdateAutomation, { kustomization }: LiveLayer, world: World): Link | undefined {
  const { lastPushCommit, lastPushTime } = status ?? {};
  const source = world.objects.get<GitRepository>(sourceRefOf(kustomization));
  const { revision, lastUpdateTime } = source?.status?.artifact ?? {};
  if (lastPushCommit === undefined || source === undefined || commitOf(revision) === lastPushCommit) return undefined;
  if (lastPushTime !== undefined && lastUpdateTime !== undefined && Date.parse(lastUpdateTime) >= Date.parse(lastPushTime)) return undefined;
  const { sentence, ...rest } = isReady(source)
    ? {
        sentence: `commit ${lastPushCommit.slice(0, 7)} is pushed`,
        remedy: `fairlead reconcile ${source.kind}/${source.metadata.name}`,
        isFinal: false,
      }
    : why(source, world);
  return { step: 'fetched', says: `${nameOf(refOf(source))}: ${sentence}`, ...rest };
}
