import { statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { errors } from '../../common/errors';
import { openTree } from '../../preview/open-tree';
import { createEngine, type NativeEngine } from '../../render/engine';
import { CONFIG_FILE, nearest } from '../../synth/root';
import { type Report, type TreeOptions, validateTree } from '../../validate/validate-tree';
import { openChartLibrary } from '../charts/chart-library';
import { projectAt } from '../locks/project';
import { paintFor } from '../print/colour';
import { Progress } from '../print/progress';
import { type OutputFormat, printStructured } from '../print/structured';
import { findingsText } from './findings-text';
import { loadPolicies } from './load-policies';
import { withLocks } from './lock-findings';

export interface ValidateFlags {
  readonly strict?: boolean;
  readonly kubernetesVersion?: string;
  readonly against?: string;
  readonly runtime?: 'flux';
  readonly policies?: string;
  readonly crds?: readonly string[];
  readonly offline?: boolean;
  readonly output?: OutputFormat;
  readonly format?: 'sarif' | 'junit';
}

/** Where manifests are, by path from the root of the repository. */
interface Place extends Pick<TreeOptions, 'root' | 'folder' | 'isOutput' | 'only'> {
  /** Folder of the project they are the output of, from the root; empty, or ending in `/`. */
  readonly project?: { readonly prefix: string; readonly output: string };
}

/** Validates a folder, else the output of the project; gives what to tell, and whether that is a failure. */
export async function runValidate(asked: string | undefined, flags: ValidateFlags): Promise<{ text: string; fails: boolean }> {
  const { kubernetesVersion, against, runtime, offline } = flags;
  for (const version of [kubernetesVersion, against])
    if (version !== undefined && !/^v?1\.\d+/.test(version)) throw errors.VersionUnknown({ version });
  const place = await placeOf(asked);
  const policies = await loadPolicies(flags.policies, asked === undefined ? process.cwd() : resolve(asked));
  const progress = new Progress();
  const charts = openChartLibrary({ offline, progress: (text) => progress.tell(text) });
  let engine: NativeEngine | undefined;
  try {
    const report = await validateTree({
      ...place,
      ...{ kubernetesVersion, against, runtime, policies, charts },
      definitions: flags.crds?.map((folder) => resolve(folder)),
      engine: () => {
        engine ??= createEngine({ processes: 2 });
        return engine;
      },
    });
    progress.end();
    const whole = runtime === undefined || place.project === undefined ? report : await withLocks(report, place.root, place.project, place.only);
    return { text: printed(whole, flags, place.root), fails: whole.findings.some(({ severity }) => flags.strict || severity === 'error') };
  } finally {
    charts.close();
    await engine?.close();
  }
}

function printed(report: Report, { output, format }: ValidateFlags, root: string): string {
  if (format === 'sarif') return (require('./sarif') as typeof import('./sarif')).sarif(report);
  if (format === 'junit') return (require('./junit') as typeof import('./junit')).junit(report);
  if (output !== undefined) return printStructured(report.findings, output);
  return findingsText(report, paintFor(process.stdout), (file) => relative(process.cwd(), join(root, file)) || '.');
}

async function placeOf(asked: string | undefined): Promise<Place> {
  const folder = resolve(asked ?? '.');
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found?.isDirectory()) throw errors.FolderMissing({ folder: asked ?? '.' });
  const project = nearest(folder, CONFIG_FILE) === undefined ? undefined : projectAt(folder);
  const within = project && pathFrom(project.root, folder);
  const isOfProject = project && (asked === undefined || isWithin(within ?? '', project.output));
  const { prefix } = await openTree(isOfProject ? project.root : folder);
  const root = resolve(
    isOfProject ? project.root : folder,
    ...prefix
      .split('/')
      .slice(0, -1)
      .map(() => '..'),
  );
  if (!isOfProject) return { root, folder: prefix.replace(/\/$/, '') };
  const only = asked === undefined ? undefined : prefix + within;
  return { root, folder: prefix + project.output, isOutput: true, only, project: { prefix, output: project.output } };
}

function pathFrom(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
