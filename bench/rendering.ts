import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { run } from '../demo/run';
import { createEngine } from '../src/render/engine';
import { chartFromFolder } from '../src/render/local-content';
import { templateOutput } from '../src/render/template-output';
import { binaries } from '../src/testbed/binaries';
import { progress, report, timed } from './report';

const folder = join(__dirname, '../examples/podinfo/charts/podinfo');

/** Renders of one chart by the engine, one after another, beside as many runs of `helm template`; and whether both say the same. */
export async function renderingBench(count: number): Promise<void> {
  const { helm } = await binaries(['helm'], { progress });
  const engine = createEngine();
  try {
    const chart = await chartFromFolder(folder);
    const request = { chart, name: 'podinfo', namespace: 'default', values: load(readFileSync(join(folder, 'values.yaml'), 'utf8')) };
    const ours = templateOutput(await engine.render(request));
    const theirs = await run([helm, 'template', 'podinfo', folder, '--namespace', 'default']);
    const engineRun = await timed(async () => {
      for (let index = 0; index < count; index++) await engine.render(request);
    });
    const helmRun = await timed(async () => {
      for (let index = 0; index < count; index++) await run([helm, 'template', 'podinfo', folder, '--namespace', 'default']);
    });
    report({
      bench: 'render',
      count,
      seconds: engineRun.seconds,
      helmTemplateSeconds: helmRun.seconds,
      timesHelm: engineRun.seconds / helmRun.seconds,
      sameBytes: ours === theirs ? 1 : 0,
    });
  } finally {
    await engine.close();
  }
}
