import { relative, resolve, sep } from 'node:path';
import { idOf, nameOf } from '../../model/object';
import { WorkingTree } from '../../preview/file-tree';
import { objectsIn } from '../cluster/sync-objects';
import { readLockFiles } from '../locks/lock-files';
import { projectAt } from '../locks/project';
import { type OutputFormat, printStructured } from '../print/structured';
import { fluxFindings, fluxLockFindings } from './flux-findings';

export interface ValidateOptions {
  readonly strict?: boolean;
  readonly output?: OutputFormat;
}

interface Finding {
  /** From the folder of cdk8s.yaml. */
  readonly file: string;
  readonly message: string;
}

/** Reads manifests and locks; gives what to tell, and whether that is a failure. */
export async function validateRuntime(
  folder: string | undefined,
  { strict = false, output: format }: ValidateOptions,
): Promise<{ text: string; fails: boolean }> {
  const { root, output } = projectAt(process.cwd());
  const below = folder === undefined ? output : relative(root, resolve(folder)).split(sep).join('/');
  const tree = new WorkingTree(root);
  const findings = [...(await manifestFindings(tree, below)), ...(await lockFindings(tree, below, output))];
  const lines = findings.map(({ file, message }) => `${file}: ${message}`);
  const text = format === undefined ? [...lines, summary(findings.length), ''].join('\n') : printStructured(findings, format);
  return { text, fails: strict && findings.length > 0 };
}

async function manifestFindings(tree: WorkingTree, folder: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const file of await tree.list(folder)) {
    if (!/\.ya?ml$/.test(file)) continue;
    for (const object of objectsIn((await tree.read(file)) ?? '', file)) {
      findings.push(...fluxFindings(object).map((message) => ({ file, message: `${nameOf(idOf(object))}: ${message}` })));
    }
  }
  return findings;
}

/** Locks of the clusters whose output is looked at. */
async function lockFindings(tree: WorkingTree, folder: string, output: string): Promise<Finding[]> {
  const [cluster, layer] = folder === output ? [] : folder.startsWith(`${output}/`) ? folder.slice(output.length + 1).split('/') : ['', ''];
  const files = await readLockFiles(tree);
  return files
    .filter((file) => (cluster === undefined || file.cluster === cluster) && (layer === undefined || file.layer === layer))
    .flatMap((file) => fluxLockFindings(file.lock).map((message) => ({ file: file.path, message })));
}

function summary(count: number): string {
  return count === 0 ? 'Flux does all of it' : `${count} ${count === 1 ? 'thing' : 'things'} Flux would not do`;
}
