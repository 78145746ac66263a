import type { ManifestObject } from '../../model/object';
import type { DecodedRelease, Hook, HookEvent, ReleaseStatus } from '../../render/types';
import { type HookRuns, runHooks } from './hooks';
import { applyObjects, deleteObjects, leftovers, refuseTaken, untilHealthy } from './objects';
import { type Ingredients, inDoubt, outdated } from './release-state';
import type { StoredRelease } from './storage';
import type { Work } from './work';

/** A new revision of a release, rendered or taken from an earlier one, that the cluster is to have. */
export interface RevisionChange {
  readonly action: 'install' | 'upgrade' | 'rollback';
  readonly version: number;
  /** Engine's record of it, to be completed with what happens. */
  readonly record: Buffer;
  readonly objects: readonly ManifestObject[];
  readonly hooks: readonly Hook[];
  readonly made: Ingredients;
  /** Rollbacks say to which revision. */
  readonly description?: string;
  readonly timeoutMs: number;
  readonly runsHooks: boolean;
  readonly waits: boolean;
  readonly waitsForJobs: boolean;
  readonly force: boolean;
  readonly takesOwnership: boolean;
  /** Revisions to keep; 0: all. */
  readonly maxHistory: number;
}

/** Helm's words for each action. */
const wording = {
  install: {
    pending: 'pending-install',
    preparing: 'Initial install underway',
    done: 'Install complete',
    failed: 'Release',
    before: 'pre-install',
    after: 'post-install',
  },
  upgrade: {
    pending: 'pending-upgrade',
    preparing: 'Preparing upgrade',
    done: 'Upgrade complete',
    failed: 'Upgrade',
    before: 'pre-upgrade',
    after: 'post-upgrade',
  },
  rollback: { pending: 'pending-rollback', preparing: '', done: '', failed: 'Rollback', before: 'pre-rollback', after: 'post-rollback' },
} as const satisfies Record<
  RevisionChange['action'],
  { pending: ReleaseStatus; preparing: string; done: string; failed: string; before: HookEvent; after: HookEvent }
>;

/** A change that failed after storage had its record: `release` is what is stored now. */
export class ChangeFailed extends Error {
  constructor(
    readonly release: DecodedRelease,
    override readonly cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'ChangeFailed';
  }
}

/**
 * Makes a revision the deployed one. Its record is written before anything else, so that an attempt cut short at any point is
 * known afterwards, with every object it may have made. Throws what went wrong before that write, and `ChangeFailed` after it.
 */
export async function carryOut(work: Work, change: RevisionChange): Promise<DecodedRelease> {
  const { storage, target, engine } = work;
  const words = wording[change.action];
  const before = await readInDoubt(work);
  if (!change.takesOwnership) await refuseTaken(work, change.objects);

  const now = new Date().toISOString();
  const info = {
    revision: change.version,
    firstDeployed: before.at(-1)?.decoded.info.firstDeployed ?? now,
    lastDeployed: now,
    applyMethod: 'ssa',
  };
  const runs: HookRuns = {};
  const encode = (status: ReleaseStatus, description: string) =>
    engine.encodeRelease(change.record, { ...info, status, description, hookRuns: runs });

  const labels = { release: target.name, version: change.version, made: change.made };
  let stored = await storage.create(
    target.storageNamespace,
    { ...labels, status: words.pending },
    await encode(words.pending, change.description ?? words.preparing),
  );
  try {
    if (change.runsHooks) await runHooks(work, change.hooks, words.before, change.timeoutMs, runs);
    await applyObjects(work, change.objects, { force: change.force });
    const old = before.flatMap((one) => one.decoded.objects);
    await deleteObjects(work, await leftovers(work, old, change.objects));
    if (change.waits) await untilHealthy(work, change.objects, change.timeoutMs, { jobsToo: change.waitsForJobs });
    if (change.runsHooks) await runHooks(work, change.hooks, words.after, change.timeoutMs, runs);
  } catch (cause) {
    const why = work.context.signal.aborted ? 'canceled, as something newer arrived' : cause instanceof Error ? cause.message : String(cause);
    stored = await storage.update(stored, 'failed', await encode('failed', `${words.failed} "${target.name}" failed: ${why}`));
    throw new ChangeFailed(await engine.decodeRelease(stored.record), cause);
  }
  stored = await storage.update(stored, 'deployed', await encode('deployed', change.description ?? words.done));
  for (const one of before) if (one.decoded.info.status === 'deployed') await setStatus(work, one.stored, 'superseded');
  await dropOutdated(work, change.maxHistory);
  return engine.decodeRelease(stored.record);
}

interface InDoubt {
  readonly stored: StoredRelease;
  readonly decoded: DecodedRelease;
}

/** Revisions whose objects may be in the cluster, oldest first. On the usual path just the deployed one. */
export async function readInDoubt(work: Work): Promise<InDoubt[]> {
  const { storage, target, engine } = work;
  const found: InDoubt[] = [];
  for (const revision of inDoubt(await storage.revisions(target.storageNamespace, target.name))) {
    const stored = await storage.read(target.storageNamespace, target.name, revision.version);
    if (stored !== undefined) found.push({ stored, decoded: await engine.decodeRelease(stored.record) });
  }
  return found;
}

export async function setStatus(work: Work, stored: StoredRelease, status: ReleaseStatus, description?: string): Promise<StoredRelease> {
  const record = await work.engine.editRelease(stored.record, { status, ...(description === undefined ? {} : { description }) });
  return work.storage.update(stored, status, record);
}

async function dropOutdated(work: Work, maxHistory: number): Promise<void> {
  const { storage, target } = work;
  const revisions = await storage.revisions(target.storageNamespace, target.name);
  for (const { version } of outdated(revisions, maxHistory)) await storage.delete(target.storageNamespace, target.name, version);
}
