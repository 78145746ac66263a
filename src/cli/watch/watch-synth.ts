import { type ChildProcess, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { committedOutput } from '../../synth/output-folder';
import { synthRoot } from '../../synth/root';
import type { SynthFlags } from '../run-synth';
import { FolderWatch } from './folder-watch';
import { isWatched } from './is-watched';
import { REPORT_FD } from './report-fd';
import { parseReport, type Report } from './synth-report';

const QUIET_MS = 100;

/**
 * Synthesizes, and again whenever a file changes that may matter, each time in a process of its own: nothing of an earlier one is left. Errors are shown, and watching goes
 * on. Ends by a signal.
 */
export async function watchSynth(entry: string, flags: SynthFlags): Promise<void> {
  const watch = new SynthWatch(entry, flags);
  await new Promise<void>((ended) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void watch.end().then(ended));
    watch.begin();
  });
}

class SynthWatch {
  private readonly root: string;
  private readonly files: FolderWatch;
  private output: string;
  /** Outside the program's folder. */
  private reads: ReadonlySet<string> = new Set();
  private changed = new Set<string>();
  /** When the files were written that the last synth wrote. */
  private ownWrites = new Map<string, number>();
  private timer?: NodeJS.Timeout;
  private running?: ChildProcess;
  private hasEnded = false;

  constructor(
    private readonly entry: string,
    private readonly flags: SynthFlags,
  ) {
    this.root = synthRoot(entry);
    this.output = outputOf(this.root, flags);
    this.files = new FolderWatch(
      (path) => isWatched(path, { root: this.root, output: this.output, reads: this.reads }),
      (path) => this.onChange(path),
    );
  }

  begin(): void {
    this.files.addTree(this.root);
    void this.synthesize();
  }

  /** A synth under way ends first: it gets the signal too, or is sent it. */
  async end(): Promise<void> {
    this.hasEnded = true;
    clearTimeout(this.timer);
    this.files.close();
    const { running } = this;
    if (running === undefined) return;
    const closed = new Promise((done) => running.once('close', done));
    running.kill('SIGTERM');
    await closed;
  }

  private onChange(path: string): void {
    this.changed.add(path);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.answer(), QUIET_MS);
  }

  private answer(): void {
    if (this.running !== undefined || this.hasEnded) return;
    const changed = [...this.changed].filter((path) => this.ownWrites.get(path) !== writtenAt(path));
    this.changed.clear();
    if (changed.length === 0) return;
    const [first] = changed.map((path) => relative(process.cwd(), path)).sort();
    process.stdout.write(`${first}${changed.length === 1 ? '' : ` and ${changed.length - 1} more`} changed\n`);
    void this.synthesize();
  }

  private async synthesize(): Promise<void> {
    const beganMs = performance.now();
    const { code, report } = await this.run();
    this.running = undefined;
    if (this.hasEnded) return;
    if (report !== undefined) {
      this.reads = new Set(report.reads);
      this.ownWrites = new Map(report.written.map((path) => [path, writtenAt(path)]));
      for (const path of report.reads) this.files.addFile(path);
    }
    // With a cdk8s.yaml that can be read.
    if (code === 0) this.output = outputOf(this.root, this.flags);
    const seconds = ((performance.now() - beganMs) / 1000).toFixed(2);
    process.stdout.write(`${code === 0 ? 'synthesized' : 'failed'} in ${seconds} s; watching ${relative(process.cwd(), this.root) || '.'}\n`);
    this.answer();
  }

  private async run(): Promise<{ readonly code: number | null; readonly report?: Report }> {
    const running = spawn(process.execPath, [process.argv[1], ...argumentsOf(this.entry, this.flags)], {
      stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
      env: { ...process.env, [REPORT_FD]: '3' },
    });
    this.running = running;
    let text = '';
    running.stdio[3]?.on('data', (chunk) => {
      text += String(chunk);
    });
    const code = await new Promise<number | null>((done, fail) => {
      running.once('error', fail);
      running.once('close', done);
    });
    return { code, report: parseReport(text) };
  }
}

/** The same synth, once. */
function argumentsOf(entry: string, { output, force, check, strict, typecheck }: SynthFlags): string[] {
  return [
    'synth',
    entry,
    ...(output === undefined ? [] : ['--output', output]),
    ...(force ? ['--force'] : []),
    ...(check ? ['--check'] : []),
    ...(strict ? ['--strict'] : []),
    ...(typecheck === undefined ? [] : [typecheck ? '--typecheck' : '--no-typecheck']),
  ];
}

function outputOf(root: string, { output }: SynthFlags): string {
  return output === undefined ? committedOutput(root) : resolve(output);
}

function writtenAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
