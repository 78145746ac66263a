import type { ImagePolicy, ImageRepository } from '../../agent/image/types';
import { choose } from '../../images/choose';
import { ruleOf } from '../../images/flux-policy';
import { isProblem } from '../../images/problem';
import { describePattern } from '../../images/tag-pattern';
import type { ImageRule } from '../../model/image-rule';
import { kinds } from '../../model/kinds';
import type { KubeObject } from '../../model/object';
import type { LiveLayer } from '../live/layers';
import { workloadsOfRelease } from '../live/workloads';
import type { World } from '../live/world';
import type { Goal, WantedImage } from './goal';
import { canonical, repositoriesIn } from './running-tag';

/** The policy that sets the image of what is waited for: of that repository, and by its name of this environment. */
export function policyFor(
  { image, environment }: Goal,
  layer: LiveLayer,
  wanted: readonly KubeObject[],
  { objects }: World,
): ImagePolicy | undefined {
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

/** What a policy chooses tags of. */
export function repositoryOf({ metadata, spec }: ImagePolicy, objects: World['objects']): ImageRepository | undefined {
  const { name, namespace = metadata.namespace ?? '' } = spec.imageRepositoryRef;
  return objects.get<ImageRepository>({ kind: kinds.ImageRepository.kind, namespace, name });
}

function repositoryName(policy: ImagePolicy, objects: World['objects']): string | undefined {
  return repositoryOf(policy, objects)?.spec.image ?? policy.status?.latestRef?.name;
}

/** Why a policy never takes a tag, whatever other tags there are. */
export function refusal({ spec, metadata }: ImagePolicy, { tag }: WantedImage): string | undefined {
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

/** Whether the tag that is chosen wins against ours by the tags alone. By creation time nobody can tell from here. */
export function isBetter({ spec, metadata }: ImagePolicy, standing: string, { tag }: WantedImage): boolean {
  const rule = ruleOf(spec, metadata.annotations);
  if (isProblem(rule)) return false;
  const choice = choose(rule, [standing, tag], () => undefined);
  return !isProblem(choice) && choice.tag === standing;
}
