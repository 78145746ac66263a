import type { IConstruct } from 'constructs';
import { errors, FairleadError } from '../common/errors';
import { EMPTY_LOCK, type Lock, printLock } from '../model/lock';
import type { VersionRef } from '../model/version-ref';
import type { LockFiles } from './lock-files';
import type { LockRequest } from './lock-request';
import { chooseRef, fileOf, lockFor } from './lock-rules';
import { readLock } from './read-lock';

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
      lock = text === undefined ? EMPTY_LOCK : readOrRefuse(path, text);
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

function readOrRefuse(path: string, text: string): Lock | FairleadError {
  try {
    return readLock(path, text);
  } catch (error) {
    if (errors.LockInvalid.is(error)) return error;
    throw error;
  }
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
