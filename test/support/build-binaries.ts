import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { binaries } from '../../src/testbed/binaries';

/** What Jest tells its global setup, as far as it matters here. */
interface Run {
  readonly rootDir: string;
  /** From the command line. */
  readonly testPathPatterns: { readonly patterns: readonly string[] };
}
interface Project {
  readonly testPathIgnorePatterns: readonly string[];
}

/**
 * Builds what test beds need once, before any test runs and with its progress in view, where a test that needs a bed is in the run.
 * Tools that few tests need are built by those.
 */
export default async function buildBinaries(run: Run, project: Project): Promise<void> {
  const tests = ['test', 'examples'].flatMap((folder) => bedTests(join(run.rootDir, folder)));
  if (!tests.some((file) => isInRun(file, run, project))) return;
  await binaries(['etcd', 'kube-apiserver', 'kubectl', 'kube-controller-manager', 'kube-scheduler', 'kwok', 'helm', 'registry']);
}

function bedTests(folder: string): string[] {
  try {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return files.filter((file) => file.endsWith('.bed.test.ts') && !file.includes('node_modules')).map((file) => join(folder, file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** @internal */
export function isInRun(file: string, run: Run, project: Project): boolean {
  const { patterns } = run.testPathPatterns;
  const matches = (pattern: string) => new RegExp(pattern, 'i').test(file);
  return (patterns.length === 0 || patterns.some(matches)) && !project.testPathIgnorePatterns.some(matches);
}
