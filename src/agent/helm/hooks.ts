import { errors } from '../../common/errors';
import { fieldManagers } from '../../model/labels';
import { nameOf } from '../../model/object';
import type { Hook, HookEvent, ReleaseInfo } from '../../render/types';
import { untilGone } from './objects';
import { placed, type Work } from './work';

/** How each hook went, by name: as Helm records it. */
export type HookRuns = Record<string, NonNullable<ReleaseInfo['hookRuns']>[string]>;

/** Hooks for an event, lightest first, then by name. Equal ones keep the order of their kinds. */
export function hooksFor(hooks: readonly Hook[], event: HookEvent): Hook[] {
  return hooks.filter((hook) => hook.events.includes(event)).sort((a, b) => a.weight - b.weight || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

type DeletePolicy = Hook['deletePolicies'][number];

/** Helm's default is to delete what an earlier run left. A CRD is never deleted: its objects would go with it. */
export function isDeleted(hook: Hook, when: DeletePolicy): boolean {
  if (hook.kind === 'CustomResourceDefinition') return false;
  const policies = hook.deletePolicies.length === 0 ? ['before-hook-creation'] : hook.deletePolicies;
  return policies.includes(when);
}

/** Runs an event's hooks one after another, each to its end. The first that fails ends it. Runs go into `runs` as they happen. */
export async function runHooks(work: Work, hooks: readonly Hook[], event: HookEvent, timeoutMs: number, runs: HookRuns): Promise<void> {
  const due = hooksFor(hooks, event);
  const succeeded: Hook[] = [];
  for (const hook of due) {
    await remove(work, [hook], 'before-hook-creation', timeoutMs);
    const startedAt = new Date().toISOString();
    try {
      await complete(work, hook, timeoutMs);
      runs[hook.name] = { startedAt, completedAt: new Date().toISOString(), phase: 'Succeeded' };
      succeeded.push(hook);
    } catch (error) {
      runs[hook.name] = { startedAt, completedAt: new Date().toISOString(), phase: 'Failed' };
      await remove(work, [hook], 'hook-failed', timeoutMs);
      await remove(work, succeeded, 'hook-succeeded', timeoutMs);
      const reason = error instanceof Error ? error.message : String(error);
      throw errors.HookFailed({ event, hook: nameOf(await placed(work, hook.object)), reason }, error);
    }
  }
  await remove(work, succeeded.reverse(), 'hook-succeeded', timeoutMs);
}

async function complete(work: Work, hook: Hook, timeoutMs: number): Promise<void> {
  const id = await placed(work, hook.object);
  const { client, applied } = work.cluster;
  await client.apply(id, hook.object.json, { fieldManager: fieldManagers.helm });
  if (hook.kind !== 'Job' && hook.kind !== 'Pod') return;
  const { healthy, timedOut, unhealthy } = await work.context.idle(
    applied.healthy([id], { timeoutMs, signal: work.context.signal, completed: true }),
  );
  if (healthy) return;
  const reason = unhealthy[0]?.health.message ?? '';
  throw new Error(timedOut ? `not completed after ${timeoutMs / 1000} s: ${reason}` : reason);
}

async function remove(work: Work, hooks: readonly Hook[], when: DeletePolicy, timeoutMs: number): Promise<void> {
  for (const hook of hooks) {
    if (!isDeleted(hook, when)) continue;
    const id = await placed(work, hook.object);
    if (await work.cluster.client.delete(id)) await untilGone(work, [id], timeoutMs);
  }
}
