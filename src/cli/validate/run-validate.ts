import { statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { errors } from '../../common/errors';
import { CONFIG_FILE, nearest } from '../../synth/root';
import { type Report, type TreeOptions, validateTree } from '../../validate/validate-tree';
import { projectAt } from '../locks/project';
import { type OutputFormat, printStructured } from '../print/structured';
import { findingsText } from './findings-text';
import { validateRuntime } from './validate-runtime';

export interface ValidateFlags {
  readonly strict?: boolean;
  readonly kubernetesVersion?: string;
  readonly runtime?: 'flux';
  readonly output?: OutputFormat;
}

/** Validates a folder, else the output of the project; gives what to tell, and whether that is a failure. */
export async function runValidate(folder: string | undefined, flags: ValidateFlags): Promise<{ text: string; fails: boolean }> {
  if (flags.runtime) return validateRuntime(folder, flags);
  const report = validateTree({ ...placeOf(folder), kubernetesVersion: flags.kubernetesVersion });
  return { text: printed(report, flags), fails: report.findings.some(({ severity }) => flags.strict || severity === 'error') };
}

function printed(report: Report, { output }: ValidateFlags): string {
  return output === undefined ? findingsText(report, process.stdout.hasColors?.() ?? false) : printStructured(report.findings, output);
}

/** The output of the project around the working folder, or a folder that anybody wrote. */
function placeOf(folder: string | undefined): Pick<TreeOptions, 'root' | 'folder' | 'isOutput'> {
  if (folder === undefined) {
    const { root, output } = projectAt(process.cwd());
    return { root, folder: output, isOutput: true };
  }
  const path = resolve(folder);
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw errors.FolderMissing({ folder });
  const project = nearest(path, CONFIG_FILE) === undefined ? undefined : projectAt(path);
  const within = project && relative(project.root, path).split(sep).join('/');
  if (project && within !== undefined && `${within}/`.startsWith(`${project.output}/`)) return { root: project.root, folder: within, isOutput: true };
  return { root: path, folder: '' };
}
