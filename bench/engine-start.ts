import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../src/render/engine';
import { findEngine } from '../src/render/find-engine';
import { chartFromFolder } from '../src/render/local-content';
import { report, timed } from './report';

const ROOT = join(__dirname, '..');
const CHART = join(ROOT, 'examples/podinfo/charts/podinfo');
const MODULE = join(ROOT, 'engine/bin/wasip1-wasm/fairlead-engine.wasm');
const MOST_STARTS = 10;

/** The engine from nothing to its first render, native and as a module, which runs where there is no native one; and what the packages weigh. */
export async function engineStartBench(count: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-bench-package-'));
  try {
    const script = join(ROOT, 'scripts/pack.ts');
    const platform = `${process.platform}-${process.arch}`;
    const packed = execFileSync('npx', ['tsx', script, '--destination', folder, '--platforms', platform], { cwd: ROOT, encoding: 'utf8' });
    const [main, native] = packed
      .trim()
      .split('\n')
      .map((line) => statSync(line.split(' ')[0]).size);
    const starts = Math.min(count, MOST_STARTS);
    const ofNative = await measure(findEngine(), starts, count);
    const ofModule = await measure(MODULE, starts, count);
    report({
      bench: 'engine-start',
      count: starts,
      seconds: ofNative.start,
      moduleSeconds: ofModule.start,
      renderSeconds: ofNative.render,
      moduleRenderSeconds: ofModule.render,
      packageBytes: main,
      nativePackageBytes: native,
      moduleBytes: statSync(MODULE).size,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Median seconds of a start with one render, and of a render once it is warm. */
async function measure(binary: string, starts: number, renders: number): Promise<{ readonly start: number; readonly render: number }> {
  const chart = await chartFromFolder(CHART);
  const request = { chart, name: 'podinfo', namespace: 'default', values: {} };
  const cold: number[] = [];
  let render = 0;
  for (let index = 0; index < starts; index++) {
    const engine = createEngine({ binary });
    cold.push((await timed(() => engine.render(request))).seconds);
    if (index === starts - 1) {
      const warm = await timed(async () => {
        for (let again = 0; again < renders; again++) await engine.render(request);
      });
      render = warm.seconds / renders;
    }
    await engine.close();
  }
  return { start: cold.sort((a, b) => a - b)[Math.floor(starts / 2)], render };
}
