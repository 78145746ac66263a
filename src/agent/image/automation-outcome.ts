import { errors } from '../../common/errors';
import { reasons } from '../../model/conditions';
import type { EventInput } from '../runtime/types';
import type { BrokenFile } from './automation-edits';
import type { Choices } from './automation-policies';
import type { Target } from './automation-target';
import type { Done } from './automation-work';

/** What one visit brought about. */
export interface Run {
  readonly direct: Done;
  /** Absent: no policy of the automation is derived. */
  readonly derived?: Done;
}

/** Ready in words: what was pushed, or that nothing was to be; of how many policies; who is held; where a synth is due. */
export function summaryOf({ direct, derived }: Run, choices: Choices): string {
  const held = [...direct.plan.held, ...(derived?.plan.held ?? [])].map((policy) => policy.slice(policy.indexOf(':') + 1));
  const count = choices.direct.size + choices.derived.size;
  return [
    `${stateOf(direct)}; ${count} ${count === 1 ? 'policy' : 'policies'}`,
    ...(held.length === 0 ? [] : [`held: ${held.sort().join(', ')}`]),
    ...(derived === undefined || derived.plan.edits.length === 0 ? [] : [`fairlead synth is due on branch '${derived.branch}'`]),
  ].join('; ');
}

function stateOf({ pushed, standing, branch, plan }: Done): string {
  if (standing !== undefined) return `branch '${branch}' holds commit '${standing.id.slice(0, 7)}'`;
  if (pushed === undefined) return 'repository up-to-date';
  const changes = `${plan.changes.length} ${plan.changes.length === 1 ? 'change' : 'changes'}`;
  return `pushed commit '${pushed.commit.id.slice(0, 7)}' to branch '${branch}': ${changes}`;
}

/** As Flux tells it. */
export function pushEvent({ pushed, branch }: Done, target: Target): EventInput | undefined {
  if (pushed === undefined) return undefined;
  const refspec = branch === target.branch && target.refspec !== undefined ? ` and refspecs '${target.refspec}'` : '';
  const message = `pushed commit '${pushed.commit.id.slice(0, 7)}' to branch '${branch}'${refspec}\n${pushed.message}`;
  return { type: 'Normal', reason: reasons.succeeded, message, metadata: { revision: pushed.commit.id } };
}

/** What could not be read, each file once; undefined where all could. */
export function brokenFiles({ direct, derived }: Run): Error | undefined {
  const broken = new Map<string, BrokenFile>();
  for (const file of [...direct.plan.broken, ...(derived?.plan.broken ?? [])]) broken.set(`${file.file}:${file.line}`, file);
  if (broken.size === 0) return undefined;
  const files = [...broken.values()].map(({ file, line, reason }) => `${file}:${line}: ${reason}`);
  const policies = [...new Set([...broken.values()].flatMap((file) => file.policies))].sort();
  return errors.MarkedFilesBroken({ files: files.join('; '), policies: policies.join(', ') });
}
