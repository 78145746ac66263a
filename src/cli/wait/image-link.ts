import type { ImagePolicy } from '../../agent/image/types';
import { type KubeObject, nameOf } from '../../model/object';
import type { LiveLayer } from '../live/layers';
import { isReady, readinessOf } from '../live/readiness';
import { clock } from '../live/suspended';
import { why } from '../live/why';
import { refOf, type World } from '../live/world';
import { notCommitted } from './committed-link';
import type { Goal, WantedImage } from './goal';
import { isBetter, policyFor, refusal, repositoryOf } from './image-policy-of';
import { type Link, open, stopped } from './link';

/** Which link between registry and Git a tag has not passed. Undefined where it is committed and fetched. */
export function imageLink(goal: Goal, layer: LiveLayer, wanted: readonly KubeObject[], world: World): Link | undefined {
  const image = goal.image!;
  const policy = policyFor(goal, layer, wanted, world);
  if (policy === undefined) {
    const says = `no image policy chooses it, so somebody has to commit ${image.tag}`;
    return open('committed', says, `fairlead lock set ${goal.environment} <entry>=${image.tag}, then commit and push`);
  }
  const isChosen = policy.status?.latestRef?.tag === image.tag;
  return isChosen ? notCommitted(policy, layer, world) : notChosen(policy, image, goal, world);
}

function notChosen(policy: ImagePolicy, image: WantedImage, goal: Goal, world: World): Link {
  const name = nameOf(refOf(policy));
  const refused = refusal(policy, image);
  if (refused !== undefined) {
    return {
      step: 'chosen',
      says: `${name} leaves ${image.tag} out: ${refused}`,
      remedy: 'push a tag that it takes, or correct its selection',
      isFinal: true,
    };
  }
  const standing = policy.status?.latestRef?.tag;
  if (standing !== undefined && isBetter(policy, standing, image)) {
    const says = `${name} keeps ${standing}, which its rule puts before ${image.tag}`;
    return { step: 'chosen', says, remedy: 'push a tag that comes after it, or correct the selection', isFinal: true };
  }
  const suspended = stopped(policy, 'chosen', world);
  if (suspended !== undefined) return suspended;
  const repository = repositoryOf(policy, world.objects);
  if (repository === undefined || !isReady(repository)) {
    const { sentence, ...rest } = why(repository ?? policy, world);
    return { step: 'scanned', says: sentence, ...rest };
  }
  const repositorySuspended = stopped(repository, 'scanned', world);
  if (repositorySuspended !== undefined) return repositorySuspended;
  const { scanTime, latestTags = [] } = repository.status?.lastScanResult ?? {};
  const isSeen = latestTags.includes(image.tag);
  if (!isSeen && (scanTime === undefined || Date.parse(scanTime) < goal.startedAt.getTime())) {
    const at =
      scanTime === undefined
        ? 'was not looked at yet'
        : `was last looked at ${clock(scanTime, world.now)}, which it is every ${repository.spec.interval}`;
    return open('scanned', `${repository.spec.image} ${at}`, `look at once: fairlead reconcile ImageRepository/${repository.metadata.name}`);
  }
  const says = isSeen ? `${name} says: ${readinessOf(policy).message}` : `the last look at ${repository.spec.image} did not show ${image.tag}`;
  return open(
    isSeen ? 'chosen' : 'scanned',
    says,
    isSeen ? `kubectl describe imagepolicy ${policy.metadata.name} -n ${policy.metadata.namespace}` : 'see whether it was pushed',
  );
}
