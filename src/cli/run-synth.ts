import { relative, resolve } from 'node:path';
import { errors } from '../common/errors';
import { restoreEmptied } from '../synth/restore-emptied';
import { synthRoot } from '../synth/root';
import { type SynthResult, synthSession } from '../synth/session';
import { findEntry } from './entry';
import { isSource } from './load/graph';
import { loadProgram } from './load/load-program';
import { endOnFaults, printError } from './print-error';
import { typecheck } from './typecheck';
import { REPORT_FD } from './watch/report-fd';
import type { SynthReport } from './watch/synth-report';

export interface SynthFlags {
  readonly output?: string;
  readonly force?: boolean;
  readonly check?: boolean;
  readonly strict?: boolean;
  /** @default - in CI */
  readonly typecheck?: boolean;
  readonly watch?: boolean;
}

/** Runs a program, and tells what its `synth()` changed once nothing of it is left to run. */
export async function runSynth(asked: string | undefined, flags: SynthFlags): Promise<void> {
  const entry = findEntry(asked, process.cwd());
  if (flags.watch) {
    const { watchSynth } = require('./watch/watch-synth') as typeof import('./watch/watch-synth');
    await watchSynth(entry, flags);
    return;
  }
  synthSession.root = synthRoot(entry);
  synthSession.outdir = flags.output === undefined ? undefined : resolve(flags.output);
  synthSession.force = flags.force ?? false;
  synthSession.strict = flags.strict;
  synthSession.check = flags.check;
  const watch = watchOf(synthSession.root);
  restoreEmptied(synthSession.root);

  if ((flags.typecheck ?? isCi()) && isSource(entry)) await typecheck(entry);
  endOnFaults();
  process.once('exit', (code) => {
    if (code === 0) process.exitCode = report(entry);
    watch?.tell(synthSession.results.flatMap(({ base, written }) => written.map((path) => resolve(base, path))));
  });
  await loadProgram(entry, watch?.read);
}

/** The watch that started this synth. It is told also of one that fails. */
function watchOf(root: string): SynthReport | undefined {
  if (process.env[REPORT_FD] === undefined) return undefined;
  const { reportToWatch } = require('./watch/synth-report') as typeof import('./watch/synth-report');
  return reportToWatch(root);
}

function report(entry: string): number {
  if (synthSession.results.length === 0) {
    printError(errors.SynthNotCalled({ entry: relative(process.cwd(), entry) }));
    return 1;
  }
  for (const result of synthSession.results) process.stdout.write(describe(result, process.cwd()));
  return 0;
}

const MOST_LINES = 30;

/** What changed, in words. */
export function describe({ base, outdir, written, removed, unchanged, checked }: SynthResult, cwd: string): string {
  if (checked !== undefined)
    return `${relative(cwd, outdir) || '.'}: up to date, ${unchanged} files, ${checked} image ${checked === 1 ? 'policy' : 'policies'}\n`;
  const show = (path: string) => relative(cwd, resolve(base, path));
  const lines = [...written.map((path) => `  wrote   ${show(path)}`), ...removed.map((path) => `  removed ${show(path)}`)];
  const shown = lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), `  and ${lines.length - MOST_LINES} more`] : lines;
  const counts = [`${written.length} written`, `${removed.length} removed`, `${unchanged} unchanged`].join(', ');
  return `${[...shown, `${relative(cwd, outdir) || '.'}: ${counts}`].join('\n')}\n`;
}

function isCi(): boolean {
  const { CI } = process.env;
  return CI !== undefined && CI !== '' && CI !== 'false' && CI !== '0';
}
