import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Platform } from '../../src';
import { planEdits } from '../../src/agent/image/automation-edits';
import { type Hold, type Lock, type LockEntry, type LockKey, parseLock, printLock } from '../../src/model/lock';
import { MARKER_WORD, parseMarker } from '../../src/model/marker';
import type { VersionRef } from '../../src/model/version-ref';
import type { LockRequest } from '../../src/synth/lock-request';
import { locksOf } from '../../src/synth/lock-requests';
import { fileOf } from '../../src/synth/lock-rules';
import { synthTree } from '../../src/synth/synth-tree';
import { digests, tags } from '../model/locks-arbitrary';
import { seedBelow } from '../support/seed';
import { buildProgram, type ProgramSpec, programs } from './law-programs';

/** The seed of a file's cases, printed so that `FAIRLEAD_SEED` can replay them, and the folder their programs are in. */
export function useLaw(): { readonly seed: number; readonly root: () => string } {
  const seed = seedBelow(2 ** 31);
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'fairlead-law-'));
    console.log(`FAIRLEAD_SEED=${seed}`);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  return { seed, root: () => root };
}

/** Texts by path. */
export type Tree = ReadonlyMap<string, string>;

/** What policies chose, by `<namespace>:<name>`. */
export type Refs = ReadonlyMap<string, VersionRef>;

/** Choices that are made once the requests of a program are known; each list is gone round as often as it takes. */
interface Choices {
  readonly locked: readonly { readonly tag: string; readonly digest: string | undefined; readonly held: boolean }[];
  readonly chosen: readonly ({ readonly tag: string; readonly digest: string } | undefined)[];
}

/** A program, its locks, and what the policies of one automation run chose. */
export interface LawCase {
  readonly program: ProgramSpec;
  readonly choices: Choices;
}

export function lawCases(): fc.Arbitrary<LawCase> {
  const locked = fc.record({ tag: tags(), digest: fc.option(digests(), { nil: undefined }), held: fc.constantFrom(false, false, false, true) });
  const chosen = fc.option(fc.record({ tag: tags(), digest: digests() }), { nil: undefined });
  const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 8 });
  return fc.record({ program: programs(), choices: fc.record({ locked: some(locked), chosen: some(chosen) }) });
}

const HOLD: Hold = { at: '2026-11-21T10:00:00Z', by: 'alice', reason: '"the new one" loses\norders \u2028' };

interface Given {
  readonly tag: string;
  readonly digest?: string;
  readonly held?: boolean;
}

/** A case whose program is built. */
export class Law {
  private readonly platform: Platform;
  private readonly requests: readonly LockRequest[];

  constructor(
    private readonly law: LawCase,
    private readonly root: string,
  ) {
    this.platform = buildProgram(law.program, root);
    this.requests = locksOf(this.platform);
  }

  /** Locks as somebody's editor left them: without markers, and without some of the entries that the program can begin by itself. */
  get locks(): Tree {
    return this.locksOf(({ initial }, index) => {
      const given = at(this.law.choices.locked, index);
      return initial !== undefined && given.digest === undefined && !given.held ? undefined : given;
    });
  }

  /** Locks where each entry has what it is given. */
  locksOf(given: (request: LockRequest, index: number) => Given | undefined): Tree {
    const files = new Map<string, { entries: Map<LockKey, LockEntry>; holds: Map<LockKey, Hold> }>();
    this.requests.forEach((request, index) => {
      const one = given(request, index);
      if (one === undefined) return;
      const path = fileOf(request);
      const lock = files.get(path) ?? { entries: new Map(), holds: new Map() };
      files.set(path, lock);
      lock.entries.set(request.key, { ref: refOf(request, one) });
      if (one.held) lock.holds.set(request.key, HOLD);
    });
    return new Map([...files].map(([path, lock]) => [path, printLock(lock)]));
  }

  /** What the policies of a kind chose. */
  refs(isWanted: (policy: string) => boolean): Refs {
    return this.refsOf((policy, index) => (isWanted(policy) ? at(this.law.choices.chosen, index) : undefined));
  }

  /** What policies chose. */
  refsOf(given: (policy: string, index: number) => Given | undefined): Refs {
    return new Map(
      this.requests.flatMap((request, index): [string, VersionRef][] => {
        const one = request.policy === undefined ? undefined : given(request.policy, index);
        return one === undefined ? [] : [[request.policy!, refOf(request, one)]];
      }),
    );
  }

  synth(locks: Tree): Synthesized {
    return synthesized(this.platform, this.root, locks);
  }

  /** Runs the program anew, as a later synth does. */
  synthAgain(locks: Tree): Synthesized {
    return synthesized(buildProgram(this.law.program, this.root), this.root, locks);
  }
}

export interface Synthesized {
  /** Output, locks and ownership. */
  readonly tree: Tree;
  /** Policies whose versions are computed with. */
  readonly derived: ReadonlySet<string>;
}

function synthesized(platform: Platform, root: string, locks: Tree): Synthesized {
  const { files, derived } = synthTree(platform, root, locks);
  return { tree: files, derived: new Set(derived.map(({ policy }) => policy)) };
}

export function locksIn(tree: Tree): Tree {
  return new Map([...tree].filter(([path]) => path.startsWith('locks/')));
}

/** The locks with these versions in place of the old ones, where nothing holds them. */
export function editLocks(locks: Tree, refs: Refs): Tree {
  return new Map([...locks].map(([path, text]) => [path, printLock(editLock(parseLock(text), refs))]));
}

function editLock({ entries, holds }: Lock, refs: Refs): Lock {
  const edited = [...entries].map(([key, entry]): [LockKey, LockEntry] => {
    const ref = holds.has(key) ? undefined : refs.get(policyOf(entry) ?? '');
    return [key, ref === undefined ? entry : { ...entry, ref }];
  });
  return { entries: new Map(edited), holds };
}

/** The tree as the agent edits it. `locksOnly`: as for versions that are computed with. */
export function automated(tree: Tree, refs: Refs, options: { readonly locksOnly?: boolean } = {}): Tree {
  const marked = [...tree].filter(([, text]) => text.includes(MARKER_WORD)).map(([path, text]) => ({ path, text }));
  const edited = new Map(tree);
  for (const { path, text } of planEdits(marked, refs, options).edits) edited.set(path, text);
  return edited;
}

function policyOf({ marker = '' }: LockEntry): string | undefined {
  return parseMarker(marker)?.policy;
}

// Only what is pinned has a digest.
function refOf({ name, pinsDigest }: LockRequest, { tag, digest }: Given): VersionRef {
  return pinsDigest && digest !== undefined ? { name, tag, digest } : { name, tag };
}

function at<T>(list: readonly T[], index: number): T {
  return list[index % list.length];
}

/** Texts that differ, as one tree and the other have them. */
export function differences(one: Tree, other: Tree): Record<string, { readonly one?: string; readonly other?: string }> {
  const paths = [...new Set([...one.keys(), ...other.keys()])].filter((path) => one.get(path) !== other.get(path));
  return Object.fromEntries(paths.map((path) => [path, { one: one.get(path), other: other.get(path) }]));
}
