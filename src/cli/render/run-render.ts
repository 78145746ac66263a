import type { FairleadError } from '../../common/errors';
import { openTree } from '../../preview/open-tree';
import { previewOf } from '../../preview/preview-of';
import type { PreviewLayer } from '../../preview/types';
import { createEngine } from '../../render/engine';
import { CONFIG_FILE, nearest } from '../../synth/root';
import { servedApis } from '../../validate/schema/served-apis';
import { openChartLibrary } from '../charts/chart-library';
import { projectAt } from '../locks/project';
import { Progress } from '../print/progress';
import { chooseLayers } from './choose-layers';
import { type PrintChoice, printObjects } from './print-objects';
import { rendered } from './rendered';

export interface RenderOptions extends PrintChoice {
  readonly cluster?: string;
  readonly ref?: string;
  readonly offline?: boolean;
}

/** Prints what an environment or a cluster gets. Gives the exit code. */
export async function runRender(name: string, options: RenderOptions): Promise<number> {
  const cwd = process.cwd();
  // Of repositories that no program writes the files count, as for a diff.
  const { root, output } = nearest(cwd, CONFIG_FILE) === undefined ? { root: cwd, output: '' } : projectAt(cwd);
  const { tree, prefix, close } = await openTree(root, options.ref);
  const progress = new Progress();
  const charts = openChartLibrary({ offline: options.offline, progress: (text) => progress.tell(text) });
  const engine = createEngine({ processes: 2 });
  try {
    const preview = await previewOf(tree, prefix + output, { engine, charts, apiVersions: servedApis, rendering: 'later' });
    const layers = await Promise.all(chooseLayers(preview, name, options.cluster).map(rendered));
    progress.end();
    process.stdout.write(printObjects(layers, options));
    for (const note of layers.flatMap(notesOf)) process.stderr.write(`note: ${note}\n`);
    const problems = layers.flatMap(problemsOf);
    for (const { message, remedy } of problems) process.stderr.write(`${message}\n  ${remedy}\n`);
    return problems.length === 0 ? 0 : 1;
  } finally {
    charts.close();
    close();
    await engine.close();
  }
}

function notesOf({ cluster, name, notes = [], releases }: PreviewLayer): string[] {
  const ofReleases = releases.flatMap((release) => (release.notes ?? []).map((note) => `release ${release.namespace}/${release.name}: ${note}`));
  return [...notes, ...ofReleases].map((note) => `${cluster}/${name}: ${note}`);
}

function problemsOf({ problems, releases }: PreviewLayer): FairleadError[] {
  return [...problems, ...releases.flatMap(({ problem }) => problem ?? [])];
}
