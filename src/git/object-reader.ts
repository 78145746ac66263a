import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { pinnedEnvironment } from './environment';

export interface GitObject {
  readonly id: string;
  readonly type: 'blob' | 'tree' | 'commit' | 'tag';
  readonly size: number;
  /** Present where contents were asked for. */
  readonly content?: Buffer;
}

interface Pending {
  resolve(object: GitObject | undefined): void;
  reject(error: unknown): void;
}

/** A reader that nobody used for so long ends; the next question starts it again. */
const IDLE_MS = 30_000;

/**
 * Answers questions about objects of one repository through one long-lived `git cat-file`, in the order they are asked.
 * `contents` brings the bytes too. Ends by itself when idle, and when our process ends (its input closes).
 */
export class ObjectReader {
  private child?: ChildProcessWithoutNullStreams;
  private pending: Pending[] = [];
  private chunks: Buffer[] = [];
  private buffered = 0;
  private expecting?: { readonly header: Omit<GitObject, 'content'>; readonly bytes: number };
  private idle?: NodeJS.Timeout;

  constructor(
    private readonly repository: string,
    private readonly mode: 'contents' | 'info',
  ) {}

  /** The object a name such as `<commit>:<path>` means; undefined where there is none. */
  ask(name: string): Promise<GitObject | undefined> {
    // The protocol is one name a line.
    if (/[\n\0]/.test(name)) return Promise.resolve(undefined);
    const child = this.child ?? this.start();
    clearTimeout(this.idle);
    return new Promise((resolve, reject) => {
      this.pending.push({ resolve, reject });
      child.stdin.write(`${name}\n`);
    });
  }

  close(): void {
    clearTimeout(this.idle);
    this.child?.stdin.end();
    this.child = undefined;
  }

  private start(): ChildProcessWithoutNullStreams {
    const child = spawn('git', [`--git-dir=${this.repository}`, 'cat-file', this.mode === 'contents' ? '--batch' : '--batch-check'], {
      env: pinnedEnvironment(),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stderr = '';
    const pending: Pending[] = [];
    this.pending = pending;
    this.chunks = [];
    this.buffered = 0;
    this.expecting = undefined;
    const ended = (error: unknown) => {
      if (this.child === child) this.child = undefined;
      for (const waiting of pending.splice(0)) waiting.reject(error);
    };
    child.on('error', ended);
    child.on('close', (code) => ended(new Error(`git cat-file ended with ${code}: ${stderr.trim()}`)));
    child.stdin.on('error', () => undefined);
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(-2000);
    });
    child.stdout.on('data', (chunk: Buffer) => {
      if (this.child !== child) return;
      this.chunks.push(chunk);
      this.buffered += chunk.length;
      this.answer();
    });
    this.child = child;
    return child;
  }

  private answer(): void {
    while (this.pending.length > 0) {
      if (this.expecting === undefined) {
        const line = this.takeLine();
        if (line === undefined) return;
        const header = parseHeader(line);
        if (header === undefined || this.mode === 'info') {
          this.pending.shift()?.resolve(header);
          continue;
        }
        this.expecting = { header, bytes: header.size + 1 };
      }
      if (this.buffered < this.expecting.bytes) return;
      const content = this.take(this.expecting.bytes).subarray(0, -1);
      const { header } = this.expecting;
      this.expecting = undefined;
      this.pending.shift()?.resolve({ ...header, content });
    }
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.close(), IDLE_MS);
    this.idle.unref();
  }

  private takeLine(): string | undefined {
    let before = 0;
    for (const chunk of this.chunks) {
      const end = chunk.indexOf(10);
      if (end >= 0) {
        return this.take(before + end + 1)
          .subarray(0, -1)
          .toString();
      }
      before += chunk.length;
    }
    return undefined;
  }

  private take(bytes: number): Buffer {
    const all = this.chunks.length === 1 ? this.chunks[0] : Buffer.concat(this.chunks);
    const rest = all.subarray(bytes);
    this.chunks = rest.length > 0 ? [rest] : [];
    this.buffered = rest.length;
    // A copy: a view would keep a whole chunk of many objects alive.
    return Buffer.from(all.subarray(0, bytes));
  }
}

function parseHeader(line: string): Omit<GitObject, 'content'> | undefined {
  const match = /^([0-9a-f]{40}|[0-9a-f]{64}) (blob|tree|commit|tag) (\d+)$/.exec(line);
  return match === null ? undefined : { id: match[1], type: match[2] as GitObject['type'], size: Number(match[3]) };
}
