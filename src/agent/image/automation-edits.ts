import { editMarkers, type MarkerChange } from '../../model/edit-markers';
import { LOCK_API_VERSION, type Lock, LockSyntaxError, parseLock } from '../../model/lock';
import { heldPolicies } from '../../model/lock-policies';
import { MarkerSyntaxError } from '../../model/marked-scalars';
import { MARKER_WORD, type Marker, markedValue, parseMarker } from '../../model/marker';
import type { VersionRef } from '../../model/version-ref';

export interface MarkedFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

export interface FileChange extends MarkerChange {
  readonly file: string;
}

/** A file that cannot be read, with policies that are left alone because of it. */
export interface BrokenFile {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
  readonly policies: readonly string[];
}

export interface EditPlan {
  /** Files as they shall be; only those that change. */
  readonly edits: readonly MarkedFile[];
  readonly changes: readonly FileChange[];
  /** Policies whose entry in a lock is held, of those asked for. */
  readonly held: readonly string[];
  readonly broken: readonly BrokenFile[];
}

export interface EditOptions {
  /** Only the lines of locks are edited. @default false */
  readonly locksOnly?: boolean;
}

type Refs = ReadonlyMap<string, VersionRef>;

/**
 * What of the files has to change so that they say what policies chose. A policy is carried on everywhere or nowhere: one that is held in
 * a lock, and one that a file names which cannot be read, are left alone in all files, and nobody else is.
 * @param files those with markers
 */
export function planEdits(files: readonly MarkedFile[], refs: Refs, { locksOnly = false }: EditOptions = {}): EditPlan {
  const locks = files.filter(isLock);
  const due = duePolicies(locksOnly ? locks : files, refs);
  const wanted = new Map([...refs].filter(([policy]) => due.has(policy)));
  const broken: BrokenFile[] = [];
  const held = new Set<string>();
  const leaveOut = (file: BrokenFile) => {
    if (file.policies.length > 0) broken.push(file);
    for (const policy of file.policies) wanted.delete(policy);
  };
  for (const file of locks) {
    const lock = readLock(file, due);
    if ('reason' in lock) leaveOut(lock);
    else for (const policy of heldPolicies(lock)) if (refs.has(policy)) held.add(policy);
  }
  for (const policy of held) wanted.delete(policy);

  const found = files.map((file) => {
    const result = edited(file, wanted);
    if ('reason' in result) leaveOut(result);
    return { file, result, wanted: wanted.size };
  });
  const edits: MarkedFile[] = [];
  const changes: FileChange[] = [];
  for (const { file, ...first } of found) {
    if (locksOnly && !locks.includes(file)) continue;
    // A later file may have taken policies out.
    const result = first.wanted === wanted.size ? first.result : edited(file, wanted);
    if ('reason' in result || result.changes.length === 0) continue;
    edits.push({ path: file.path, text: result.text });
    changes.push(...result.changes.map((change) => ({ ...change, file: file.path })));
  }
  return { edits, changes, held: [...held].sort(), broken };
}

/** Policies some marked scalar of which is not what they chose; in doubt, it is not. */
function duePolicies(files: readonly MarkedFile[], refs: Refs): Set<string> {
  const due = new Set<string>();
  for (const { text } of files) {
    for (const { marker, scalar } of markedLines(text)) {
      const ref = refs.get(marker.policy);
      if (ref !== undefined && scalar !== markedValue(marker, ref)) due.add(marker.policy);
    }
  }
  return due;
}

function edited({ path, text }: MarkedFile, refs: Refs): ReturnType<typeof editMarkers> | BrokenFile {
  const policies = [...new Set([...markedLines(text)].map(({ marker }) => marker.policy))].filter((policy) => refs.has(policy));
  if (policies.length === 0) return { text, changes: [] };
  try {
    return editMarkers(text, refs);
  } catch (error) {
    if (!(error instanceof MarkerSyntaxError)) throw error;
    return { file: path, line: error.line, reason: error.reason.split('\n', 1)[0], policies };
  }
}

/** Without an eye for YAML, so that a file which is none can be spoken of too. */
function* markedLines(text: string): Generator<{ readonly marker: Marker; readonly scalar: string | undefined }> {
  if (!text.includes(MARKER_WORD)) return;
  for (const line of text.split('\n')) {
    // A key or a text may hold the word too: the comment is the last.
    const word = line.lastIndexOf(MARKER_WORD);
    for (let hash = line.indexOf('#'); hash >= 0 && hash < word; hash = line.indexOf('#', hash + 1)) {
      const marker = parseMarker(line.slice(hash + 1));
      if (marker === undefined) continue;
      yield { marker, scalar: lastScalar(line.slice(0, hash)) };
      break;
    }
  }
}

function lastScalar(text: string): string | undefined {
  const found = /(?:^|\s)(?:"([^"\\]*)"|'([^']*)'|([^\s"'#]+))\s+$/.exec(text);
  return found?.[1] ?? found?.[2] ?? found?.[3];
}

/** In doubt it is one: what it holds must not be overlooked. */
function isLock({ text }: MarkedFile): boolean {
  const version = /^apiVersion:\s*["']?([^"'\s]*)/m.exec(text)?.[1];
  return version === LOCK_API_VERSION || (version === undefined && /^kind:\s*["']?Lock["']?\s*$/m.test(text));
}

function readLock({ path, text }: MarkedFile, due: ReadonlySet<string>): Lock | BrokenFile {
  try {
    return parseLock(text);
  } catch (error) {
    const policies = [...new Set([...markedLines(text)].map(({ marker }) => marker.policy))].filter((policy) => due.has(policy));
    const [line, reason] = error instanceof LockSyntaxError ? [error.line, 'not a line of a lock file'] : [1, String(error)];
    return { file: path, line, reason, policies };
  }
}
