import type { DecodedRelease } from '../../render/types';
import { type HookRuns, runHooks } from './hooks';
import { deleteObjects, leftovers, untilGone } from './objects';
import { readInDoubt, setStatus } from './revision-change';
import type { StoredRelease } from './storage';
import { timeoutMs, type Work } from './work';

/**
 * Takes a release and its objects away, as `helm uninstall` does. Can be begun again wherever it was cut short.
 * Undefined: there was none, which is as good; otherwise its last revision as it ended.
 */
export async function uninstall(work: Work, options: { keepHistory: boolean }): Promise<DecodedRelease | undefined> {
  const { object, target, storage, engine } = work;
  const settings = object.spec.uninstall ?? {};
  const timeout = timeoutMs(object, settings);
  const revisions = await storage.revisions(target.storageNamespace, target.name);
  const latest = revisions.at(-1);
  if (latest === undefined) return undefined;

  if (latest.status !== 'uninstalled') {
    const before = await readInDoubt(work);
    const last = before.at(-1);
    if (last !== undefined) {
      const runs: HookRuns = {};
      const withHooks = !settings.disableHooks;
      if (withHooks && latest.status !== 'uninstalling') await runHooks(work, last.decoded.hooks, 'pre-delete', timeout, runs);
      const stored = await setUninstalling(work, last.stored, runs);
      const all = await leftovers(
        work,
        before.flatMap((one) => one.decoded.objects),
        [],
      );
      const gone = await deleteObjects(work, all, propagationOf(settings.deletionPropagation));
      if (!settings.disableWait && settings.deletionPropagation !== 'orphan') await untilGone(work, gone, timeout);
      if (withHooks) await runHooks(work, last.decoded.hooks, 'post-delete', timeout, runs);
      const ended = await setUninstalled(work, stored, runs, options.keepHistory);
      if (options.keepHistory) await supersedeDeployed(work);
      else await purge(work);
      return ended;
    }
  }
  const stored = await storage.read(target.storageNamespace, target.name, latest.version);
  if (!options.keepHistory) await purge(work);
  return stored === undefined ? undefined : engine.decodeRelease(stored.record);
}

async function setUninstalling(work: Work, stored: StoredRelease, hookRuns: HookRuns): Promise<StoredRelease> {
  const change = {
    status: 'uninstalling',
    deleted: new Date().toISOString(),
    description: 'Deletion in progress (or silently failed)',
    hookRuns,
  } as const;
  return work.storage.update(stored, 'uninstalling', await work.engine.editRelease(stored.record, change));
}

/** Written only where it is to be kept: otherwise the record goes with its Secret. */
async function setUninstalled(work: Work, stored: StoredRelease, hookRuns: HookRuns, kept: boolean): Promise<DecodedRelease> {
  const record = await work.engine.editRelease(stored.record, { status: 'uninstalled', description: 'Uninstallation complete', hookRuns });
  if (kept) await work.storage.update(stored, 'uninstalled', record);
  return work.engine.decodeRelease(record);
}

async function supersedeDeployed(work: Work): Promise<void> {
  const { storage, target } = work;
  for (const revision of await storage.revisions(target.storageNamespace, target.name)) {
    if (revision.status !== 'deployed') continue;
    const stored = await storage.read(target.storageNamespace, target.name, revision.version);
    if (stored !== undefined) await setStatus(work, stored, 'superseded');
  }
}

/** The newest goes last: while it is there, what was begun is known. */
async function purge(work: Work): Promise<void> {
  const { storage, target } = work;
  for (const { version } of await storage.revisions(target.storageNamespace, target.name))
    await storage.delete(target.storageNamespace, target.name, version);
}

function propagationOf(policy: string | undefined): 'Background' | 'Foreground' | 'Orphan' {
  if (policy === 'foreground') return 'Foreground';
  return policy === 'orphan' ? 'Orphan' : 'Background';
}
