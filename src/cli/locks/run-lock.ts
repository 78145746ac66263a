import { printLock } from '../../model/lock';
import { WorkingTree } from '../../preview/file-tree';
import type { LockRequest } from '../../synth/lock-request';
import { locksOf } from '../../synth/lock-requests';
import { dropLocks } from '../../synth/locks';
import { synthesize } from '../../synth/synthesize';
import { type LoadedApp, loadApps } from '../load/load-app';
import { Progress } from '../print/progress';
import { printTable } from '../print/table';
import { describe } from '../run-synth';
import { shortVersion } from './assignment';
import { readLockFiles } from './lock-files';
import { requestsFor } from './select-requests';
import { writeEdits } from './text-edit';
import { type EntryUpdate, resolveEntries, updatedLocks } from './update-locks';
import { VersionResolver } from './version-resolver';

export interface LockOptions {
  readonly update?: boolean;
  readonly dryRun?: boolean;
  readonly cluster?: string;
}

/** Resolves versions, writes locks and synthesizes. Gives the exit code. */
export async function runLock(environment: string | undefined, name: string | undefined, options: LockOptions): Promise<number> {
  const apps = await loadApps(process.cwd());
  const progress = new Progress();
  const resolver = new VersionResolver((text) => progress.tell(text));
  try {
    const requests = apps.flatMap(({ app }) => locksOf(app));
    const chosen = new Set(requestsFor(requests, { environment, name, cluster: options.cluster }));
    const codes: number[] = [];
    for (const loaded of apps) codes.push(await lockApp(loaded, chosen, options, resolver, progress));
    return Math.max(...codes);
  } finally {
    resolver.close();
  }
}

async function lockApp(
  { app, options: synthOptions }: LoadedApp,
  chosen: ReadonlySet<LockRequest>,
  { update = false, dryRun = false }: LockOptions,
  resolver: VersionResolver,
  progress: Progress,
): Promise<number> {
  const { root } = synthOptions;
  const all = locksOf(app);
  const files = await readLockFiles(new WorkingTree(root));
  const locks = new Map(files.map(({ path, lock }) => [path, lock]));
  const updates = await resolveEntries(
    all.filter((request) => chosen.has(request)),
    locks,
    resolver,
    update,
  );
  progress.end();
  process.stdout.write(table(updates, all.length));

  const code = updates.some(({ failed }) => failed) ? 1 : 0;
  if (dryRun) return code;
  const edits = [...updatedLocks(all, locks, updates)].map(([path, lock]) => ({ path, text: printLock(lock) }));
  await writeEdits(root, edits);
  if (updates.some(({ failed, old }) => failed && old === undefined)) {
    process.stderr.write('the output is not synthesized: versions are missing\n');
    return 1;
  }
  dropLocks(app);
  const result = synthesize(app, synthOptions);
  for (const warning of result.warnings) process.stderr.write(`warning: ${warning}\n`);
  process.stdout.write(describe(result, process.cwd()));
  return code;
}

function table(updates: readonly EntryUpdate[], all: number): string {
  if (updates.length === 0) return `nothing to resolve: ${all} ${all === 1 ? 'entry is' : 'entries are'} locked\n`;
  const rows = updates.map(({ request, old, new: ref, why, failed }) => [
    `${request.cluster}/${request.layer}`,
    request.namespace === request.layer ? request.key : `${request.namespace}/${request.key}`,
    old === undefined ? '' : shortVersion(old),
    ref === undefined ? (failed ? 'FAILED' : shortVersion(old ?? { tag: '' })) : shortVersion(ref),
    why,
  ]);
  return printTable(['environment', 'entry', 'old', 'new', 'why'], rows);
}
