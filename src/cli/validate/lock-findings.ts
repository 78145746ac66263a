import { join } from 'node:path';
import { WorkingTree } from '../../preview/file-tree';
import type { Finding } from '../../validate/finding';
import { rules } from '../../validate/rule-table';
import { fluxLockFindings } from '../../validate/rules/flux-runtime';
import type { Report } from '../../validate/validate-tree';
import { type LockFile, readLockFiles } from '../locks/lock-files';

/**
 * Adds what Flux would not respect in the locks of the clusters that are looked at.
 * @param only folder that is looked at, from the root. @default - all
 */
export async function withLocks(
  report: Report,
  root: string,
  project: { readonly prefix: string; readonly output: string },
  only?: string,
): Promise<Report> {
  const [cluster, layer] = only === undefined ? [] : only.slice(`${project.prefix}${project.output}/`.length).split('/');
  const locks = (await readLockFiles(new WorkingTree(join(root, project.prefix)))).filter(
    (file) => (!cluster || file.cluster === cluster) && (!layer || file.layer === layer),
  );
  return { ...report, findings: [...report.findings, ...locks.flatMap((file) => findingsOf(file, project.prefix))] };
}

function findingsOf({ path, lock }: LockFile, prefix: string): Finding[] {
  const { severity, remedy } = rules['flux-runtime'];
  return fluxLockFindings(lock).map((message) => ({ rule: 'flux-runtime', severity, remedy, message, file: prefix + path, document: 1, field: [] }));
}
