import type { IConstruct } from 'constructs';
import { errors, FairleadError } from '../common/errors';
import { EMPTY_LOCK, type Lock, LockSyntaxError, parseLock, printLock } from '../model/lock';
import { printRef, type VersionRef } from '../model/version-ref';
import { quote } from '../model/yaml-quote';
import type { LockFiles } from './lock-files';
import type { LockRequest } from './lock-request';
import { chooseRef, fileOf, lockFor } from './lock-rules';

/** What a registry takes for a tag, and what versions of charts may have besides: values that no reader of YAML or of an image's name misreads. */
const TAG = /^\w[\w.+-]{0,127}$/;

/** What to do to lock files. Paths are from the folder of cdk8s.yaml. */
export interface LockPlan {
  readonly write: readonly { readonly path: string; readonly text: string }[];
  readonly remove: readonly string[];
}

/** The locks of an app. A file is read when the first version of it is asked for. */
export class LockBook {
  /** Policies, as markers name them, whose versions are computed with somewhere, so that only a synth can carry a new one on. */
  derived: ReadonlySet<string> = new Set();

  private readonly locks = new Map<string, Lock | FairleadError>();

  constructor(private readonly files: LockFiles) {}

  /**
   * Version to run.
   * @throws FairleadError where neither lock nor program says which
   */
  refOf(request: LockRequest): VersionRef {
    const lock = this.lockAt(fileOf(request));
    if (lock instanceof FairleadError) throw lock;
    const ref = chooseRef(request, lock);
    if (!ref) throw missing(request);
    return ref;
  }

  /** What is wrong with a request; a file that cannot be read is told by `unreadable`. */
  problemsOf(request: LockRequest): FairleadError[] {
    const lock = this.lockAt(fileOf(request));
    return lock instanceof FairleadError || chooseRef(request, lock) ? [] : [missing(request)];
  }

  /** The lock files of these clusters that cannot be read. */
  unreadable(clusters: Iterable<string>): FairleadError[] {
    return this.pathsOf(clusters).flatMap((path) => {
      const lock = this.lockAt(path);
      return lock instanceof FairleadError ? [lock] : [];
    });
  }

  /** What becomes of the lock files of these clusters. Entries of no request are dropped, files without entries removed. */
  plan(requests: readonly LockRequest[], clusters: Iterable<string>): LockPlan {
    const wanted = new Map([...byFile(requests)].map(([path, of]) => [path, printLock(lockFor(of, this.readable(path)))]));
    const write = [...wanted].filter(([path, text]) => text !== '' && text !== this.files.read(path)).map(([path, text]) => ({ path, text }));
    const remove = this.pathsOf(clusters).filter((path) => (wanted.get(path) ?? '') === '');
    return { write: write.sort((a, b) => (a.path < b.path ? -1 : 1)), remove };
  }

  private pathsOf(clusters: Iterable<string>): string[] {
    return [...clusters].flatMap((cluster) => this.files.list(cluster)).sort();
  }

  private readable(path: string): Lock {
    const lock = this.lockAt(path);
    if (lock instanceof FairleadError) throw lock;
    return lock;
  }

  private lockAt(path: string): Lock | FairleadError {
    let lock = this.locks.get(path);
    if (lock === undefined) {
      const text = this.files.read(path);
      lock = text === undefined ? EMPTY_LOCK : readLock(path, text);
      this.locks.set(path, lock);
    }
    return lock;
  }
}

function byFile(requests: readonly LockRequest[]): Map<string, LockRequest[]> {
  const files = new Map<string, LockRequest[]>();
  for (const request of requests) {
    const path = fileOf(request);
    if (!files.has(path)) files.set(path, []);
    files.get(path)!.push(request);
  }
  return files;
}

function missing(request: LockRequest): FairleadError {
  return errors.LockMissing({ name: request.name, key: request.key, file: fileOf(request) });
}

function readLock(file: string, text: string): Lock | FairleadError {
  try {
    const lock = parseLock(text);
    for (const { ref } of lock.entries.values()) if (!TAG.test(ref.tag)) throw syntaxError(text, printRef(ref));
    return lock;
  } catch (error) {
    if (!(error instanceof LockSyntaxError)) throw error;
    return errors.LockInvalid({ file, line: error.line, text: error.text.trim() });
  }
}

function syntaxError(text: string, part: string): LockSyntaxError {
  const index = text.split('\n').findIndex((line) => line.includes(quote(part)));
  return new LockSyntaxError(index + 1, part);
}

const BOOK = Symbol.for('fairlead.LockBook');

type Booked = IConstruct & { [BOOK]?: { readonly files: LockFiles; book: LockBook } };

/** Has the constructs of an app take their versions from these locks. */
export function openLocks(app: IConstruct, files: LockFiles): void {
  Object.defineProperty(app, BOOK, { value: { files, book: new LockBook(files) }, configurable: true });
}

/** The locks of the app a construct is in. */
export function lockBookOf(construct: IConstruct): LockBook | undefined {
  return (construct.node.root as Booked)[BOOK]?.book;
}

/** Has an app read its locks anew, for when they were changed since. */
export function dropLocks(app: IConstruct): void {
  const opened = (app.node.root as Booked)[BOOK];
  if (opened) opened.book = new LockBook(opened.files);
}

/** Runs with other locks in place of an app's own. */
export function withLocks<T>(app: IConstruct, files: LockFiles, run: () => T): T {
  const before = (app as Booked)[BOOK];
  openLocks(app, files);
  try {
    return run();
  } finally {
    Object.defineProperty(app, BOOK, { value: before, configurable: true });
  }
}
