import { errors } from '../../common/errors';
import { parseDuration } from '../../common/go-duration';
import { type Choice, choose } from '../../images/choose';
import { ruleOf } from '../../images/flux-policy';
import { isProblem, type RuleProblem } from '../../images/problem';
import { reasons } from '../../model/conditions';
import type { ImageRule } from '../../model/image-rule';
import { kinds } from '../../model/kinds';
import { annotations } from '../../model/labels';
import { sameRef, type VersionRef } from '../../model/version-ref';
import { retryAfterMsOf } from '../../oci/rate-limits';
import { readyOf } from '../runtime/dependencies';
import type { Outcome, ReconcileContext, Reconciler } from '../runtime/types';
import { type CandidateSource, type Candidates, isOutcome } from './image-policy-candidates';
import { choiceMessage, problemWords, steadyMessage } from './image-policy-message';
import { Progress } from './image-policy-progress';
import { Turns } from './turns';
import type { ImagePolicy } from './types';

/** Of a digest that is followed, where no interval is said. Flux's. */
const DIGEST_INTERVAL_MS = 600_000;
/** What Flux says where nothing can be chosen. */
const FAILURE = 'Failure';

export interface PolicySources {
  readonly images: CandidateSource;
  readonly charts: CandidateSource;
}

/** Chooses a tag of an image, or a version of a chart. What was chosen stays where nothing can be chosen now. */
export class ImagePolicyReconciler implements Reconciler<ImagePolicy> {
  readonly kind = kinds.ImagePolicy;
  readonly leases = ['image-reflector-controller-leader-election'];

  private readonly turns = new Turns();

  constructor(private readonly sources: PolicySources) {}

  async reconcile(policy: ImagePolicy, context: ReconcileContext): Promise<Outcome> {
    const { metadata, spec } = policy;
    if (spec.digestReflectionPolicy === 'Always' && spec.interval === undefined) {
      return {
        type: 'stalled',
        reason: 'IntervalNotConfigured',
        message: "spec.interval must be set when spec.digestReflectionPolicy is set to 'Always'",
      };
    }
    const rule = ruleOf(spec, metadata.annotations);
    if (isProblem(rule)) return invalid(rule);
    const source = metadata.annotations?.[annotations.chart] === undefined ? this.sources.images : this.sources.charts;
    try {
      const found = await source.candidates(policy, context);
      return isOutcome(found) ? found : await this.choose(policy, rule, found, context);
    } catch (error) {
      if (context.signal.aborted) throw error;
      return { type: 'failed', reason: FAILURE, error, againMs: retryAfterMsOf(error) };
    }
  }

  private async choose(policy: ImagePolicy, rule: ImageRule, found: Candidates, context: ReconcileContext): Promise<Outcome> {
    const made = await this.choice(policy, rule, found, context);
    if (isProblem(made)) return invalid(made);
    const { tag, why } = made;
    found.chose?.(rule.order === 'newest' ? tag : undefined);
    if (tag === undefined) return { type: 'waiting', reason: FAILURE, message: why, on: [] };

    const latest = await this.latest(policy, found, tag, context);
    const standing = policy.status?.latestRef;
    const isNew = standing === undefined || !sameRef(standing, latest);
    const previous = isNew ? standing : policy.status?.observedPreviousRef;
    const message = choiceMessage({
      latest,
      previous: previous && !sameRef(previous, latest) ? previous : undefined,
      previousGone: previous?.name === latest.name && !found.tags.includes(previous.tag),
      why,
      created: rule.order === 'newest' ? found.known(tag)?.created : undefined,
    });
    return {
      type: 'ready',
      reason: reasons.succeeded,
      message: steadyMessage(readyOf(policy)?.status === 'True' ? readyOf(policy)?.message : undefined, message),
      change: isNew ? { fields: { latestRef: latest, ...(previous && { observedPreviousRef: previous }) } } : undefined,
      againMs: digestIntervalOf(policy) ?? found.againMs,
    };
  }

  /** Tags that must be looked at first are, and then there is a choice. */
  private async choice(policy: ImagePolicy, rule: ImageRule, found: Candidates, context: ReconcileContext): Promise<Choice | RuleProblem> {
    await this.turns.next();
    const first = choose(rule, found.tags, found.known);
    if (isProblem(first) || first.needed.length === 0) return first;
    const progress = new Progress(policy, first.needed.length, context);
    const unusable = await context.idle(found.learn(first.needed, (learnt) => progress.learnt(learnt)));
    await progress.written;
    await this.turns.next();
    if (unusable.size === 0) return choose(rule, found.tags, found.known);
    const choice = choose(
      rule,
      found.tags.filter((tag) => !unusable.has(tag)),
      found.known,
    );
    return isProblem(choice) ? choice : { ...choice, why: `${choice.why}; ${unusableWords(unusable)}` };
  }

  private async latest(policy: ImagePolicy, found: Candidates, tag: string, context: ReconcileContext): Promise<VersionRef> {
    const { name, known, listsDigests } = found;
    const { digestReflectionPolicy = 'Never' } = policy.spec;
    if (digestReflectionPolicy === 'Never' && !listsDigests) return { name, tag };
    const standing = policy.status?.latestRef;
    const kept = standing?.name === name && standing.tag === tag ? standing.digest : undefined;
    const listed = known(tag)?.digest;
    if (listsDigests) return { name, tag, digest: listed || kept || (await ask(found, tag, context)) };
    if (digestReflectionPolicy === 'IfNotPresent') return { name, tag, digest: kept || listed || (await ask(found, tag, context)) };
    return { name, tag, digest: await ask(found, tag, context) };
  }
}

async function ask({ name, digest }: Candidates, tag: string, context: ReconcileContext): Promise<string> {
  const found = await context.idle(digest(tag));
  if (found === undefined) throw errors.ImageTagGone({ image: name, tag });
  return found;
}

function digestIntervalOf({ spec }: ImagePolicy): number | undefined {
  return spec.digestReflectionPolicy === 'Always' ? parseDuration(spec.interval) || DIGEST_INTERVAL_MS : undefined;
}

function invalid(problem: RuleProblem): Outcome {
  return { type: 'stalled', reason: 'InvalidPolicy', message: problemWords(problem) };
}

const FEW = 3;

/** `2 cannot be used (a: it is gone, b: ...)` */
function unusableWords(unusable: ReadonlyMap<string, string>): string {
  const first = [...unusable].slice(0, FEW).map(([tag, reason]) => `${tag}: ${reason}`);
  return `${unusable.size} cannot be used (${[...first, ...(unusable.size > FEW ? ['...'] : [])].join(', ')})`;
}
