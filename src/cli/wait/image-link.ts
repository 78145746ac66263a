import type { ImageUpdateAutomation } from '../../agent/image/automation';
import { partOf } from '../../agent/image/automation-policies';
import type { ImagePolicy, ImageRepository } from '../../agent/image/types';
import { choose } from '../../images/choose';
import { ruleOf } from '../../images/flux-policy';
import { isProblem } from '../../images/problem';
import { describePattern } from '../../images/tag-pattern';
import type { ImageRule } from '../../model/image-rule';
import { kinds } from '../../model/kinds';
import { type KubeObject, nameOf } from '../../model/object';
import { commitOf, type LiveLayer, sourceRefOf } from '../live/layers';
import { heldIn } from '../live/notes';
import { isReady, readinessOf } from '../live/readiness';
import { clock, suspendedWords } from '../live/suspended';
import { why } from '../live/why';
import { workloadsOfRelease } from '../live/workloads';
import { refOf, type World } from '../live/world';
import type { Goal, WantedImage } from './goal';
import type { Link, Step } from './link';
import { canonical, repositoriesIn } from './running-tag';

interface GitRepository extends KubeObject {
  readonly status?: { readonly artifact?: { readonly revision?: string; readonly lastUpdateTime?: string } };
}

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

/** The policy that sets the image of what is waited for: of that repository, and by its name of this environment. */
function policyFor({ image, environment }: Goal, layer: LiveLayer, wanted: readonly KubeObject[], { objects }: World): ImagePolicy | undefined {
  const used = new Set(wanted.flatMap((one) => [...repositoriesIn(one, workloadsOfRelease(one, objects))]));
  const asked = image?.repository;
  const candidates = objects.list<ImagePolicy>(kinds.ImagePolicy.kind).filter((policy) => {
    const repository = repositoryName(policy, objects);
    if (repository === undefined) return false;
    return asked === undefined ? wanted.length === 0 || used.has(canonical(repository)) : canonical(repository) === canonical(asked);
  });
  const own = candidates.filter(
    ({ metadata }) => metadata.name.startsWith(`${layer.cluster ?? ''}-${layer.name}-`) || metadata.name.includes(environment),
  );
  const among = own.length > 0 ? own : candidates;
  return (
    among.find(({ status }) => status?.latestRef?.tag === image?.tag) ?? among.find((policy) => refusal(policy, image!) === undefined) ?? among[0]
  );
}

function repositoryOf({ metadata, spec }: ImagePolicy, objects: World['objects']): ImageRepository | undefined {
  const { name, namespace = metadata.namespace ?? '' } = spec.imageRepositoryRef;
  return objects.get<ImageRepository>({ kind: kinds.ImageRepository.kind, namespace, name });
}

function repositoryName(policy: ImagePolicy, objects: World['objects']): string | undefined {
  return repositoryOf(policy, objects)?.spec.image ?? policy.status?.latestRef?.name;
}

/** Why a policy never takes a tag, whatever other tags there are. */
function refusal({ spec, metadata }: ImagePolicy, { tag }: WantedImage): string | undefined {
  const rule = ruleOf(spec, metadata.annotations);
  if (isProblem(rule)) return `its rule cannot be used: ${rule.problem}`;
  const choice = choose(rule, [tag], () => undefined);
  if (isProblem(choice)) return `its rule cannot be used: ${choice.problem}`;
  return choice.tag !== undefined || choice.needed.length > 0 ? undefined : `it takes what ${wordsOf(rule)}`;
}

/** `begins with dev-`, `is a version in '~0.4', but not what contains -rc`. */
function wordsOf({ order, range, filter, exclude = [] }: ImageRule): string {
  const words = [...(filter === undefined ? [] : [describePattern(filter)]), ...(order === 'semver' ? [`is a version in '${range}'`] : [])];
  const without = exclude.length === 0 ? '' : `, but not what ${exclude.map(describePattern).join(' or ')}`;
  return `${words.length === 0 ? `can be ordered (${order})` : words.join(' and ')}${without}`;
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

/** Whether the tag that is chosen wins against ours by the tags alone. By creation time nobody can tell from here. */
function isBetter({ spec, metadata }: ImagePolicy, standing: string, { tag }: WantedImage): boolean {
  const rule = ruleOf(spec, metadata.annotations);
  if (isProblem(rule)) return false;
  const choice = choose(rule, [standing, tag], () => undefined);
  return !isProblem(choice) && choice.tag === standing;
}

function notCommitted(policy: ImagePolicy, layer: LiveLayer, world: World): Link | undefined {
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

function stopped(object: KubeObject, step: Step, world: World): Link | undefined {
  if (suspendedWords(object, world) === undefined) return undefined;
  const { sentence, ...rest } = why(object, world);
  return { step, says: `${nameOf(refOf(object))}: ${sentence}`, ...rest };
}

function open(step: Step, says: string, remedy: string): Link {
  return { step, says, remedy, isFinal: false };
}
