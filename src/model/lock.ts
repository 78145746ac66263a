import { isPlainString } from './plain-string';
import { isTagOrVersion, parseRef, printRef, type VersionRef } from './version-ref';
import { quote, unquote } from './yaml-quote';

/** Where locks lie, from the folder of cdk8s.yaml: `locks/<cluster>/<layer>/<namespace>.yaml`. */
export const LOCK_FOLDER = 'locks';

/** In place of a namespace, for what is in none: in locks, and in the output. */
export const NO_NAMESPACE = '_cluster';

export const LOCK_API_VERSION = 'fairlead.dev/v1';
const LOCK_KIND = 'Lock';

/** What a lock holds versions of. */
export type LockSection = 'images' | 'charts';

/** `images/podinfo`, `charts/external-dns`. */
export type LockKey = `${LockSection}/${string}`;

/** One version. Its line in the file is `<id>: "<reference>"`, and a marker where automation may edit it. */
export interface LockEntry {
  readonly ref: VersionRef;
  /** Comment after it, without `# `: a marker. @default none */
  readonly marker?: string;
}

/** Automation leaves an entry alone until the hold is released. */
export interface Hold {
  /** RFC 3339, in UTC, to the second. */
  readonly at: string;
  readonly by: string;
  readonly reason: string;
}

/** Versions of one namespace of one layer of one cluster: data that machines edit and people review. */
export interface Lock {
  readonly entries: ReadonlyMap<LockKey, LockEntry>;
  readonly holds: ReadonlyMap<LockKey, Hold>;
}

export const EMPTY_LOCK: Lock = { entries: new Map(), holds: new Map() };

/** Lock file of a namespace, from the folder of cdk8s.yaml, with `/`. */
export function lockPath(cluster: string, layer: string, namespace: string): string {
  return `${LOCK_FOLDER}/${cluster}/${layer}/${namespace === '' ? NO_NAMESPACE : namespace}.yaml`;
}

/** What a path is the lock file of; undefined where it is none of `lockPath`. */
export function parseLockPath(path: string): { readonly cluster: string; readonly layer: string; readonly namespace: string } | undefined {
  const [folder, cluster, layer, file, ...rest] = path.split('/');
  if (folder !== LOCK_FOLDER || !cluster || !layer || rest.length > 0 || !/.\.yaml$/.test(file ?? '')) return undefined;
  const namespace = file.slice(0, -'.yaml'.length);
  return { cluster, layer, namespace: namespace === NO_NAMESPACE ? '' : namespace };
}

/**
 * The file: sorted, an entry a line, the same bytes for the same lock, and a fixed point of kyaml's reader and writer. Empty where there is
 * nothing to lock.
 */
export function printLock({ entries, holds }: Lock): string {
  if (entries.size === 0 && holds.size === 0) return '';
  const lines = [`apiVersion: ${LOCK_API_VERSION}`, `kind: ${LOCK_KIND}`];
  for (const section of ['charts', 'images'] as const) {
    const found = [...entries].filter(([key]) => key.startsWith(`${section}/`)).sort(byKey);
    if (found.length > 0) lines.push(`${section}:`);
    for (const [key, { ref, marker }] of found) {
      const comment = marker === undefined ? '' : ` # ${marker}`;
      lines.push(`  ${printKey(key.slice(section.length + 1))}: ${quote(printRef(ref))}${comment}`);
    }
  }
  if (holds.size > 0) lines.push('holds:');
  for (const [key, hold] of [...holds].sort(byKey)) lines.push(`  ${printKey(key)}: ${quote(printHold(hold))}`);
  return `${lines.join('\n')}\n`;
}

/** A line that is none of a lock's. */
export class LockSyntaxError extends Error {
  constructor(
    readonly line: number,
    readonly text: string,
  ) {
    super(`line ${line} is not one of a lock file: ${text}`);
  }
}

const ENTRY = /^ {2}("(?:[^"\\]|\\.)*"|[^\s"':#][^\s"':#]*): "((?:[^"\\]|\\.)*)"(?: # (.+))?$/;

/**
 * Reads a lock file: what `printLock` writes, entries in any order, comments of their own lines left out.
 * @throws LockSyntaxError
 */
export function parseLock(text: string): Lock {
  const entries = new Map<LockKey, LockEntry>();
  const holds = new Map<LockKey, Hold>();
  let section: LockSection | 'holds' | undefined;
  text.split(/\r?\n/).forEach((line, index) => {
    const refuse = () => new LockSyntaxError(index + 1, line);
    if (/^\s*(?:#|$)/.test(line) || line === `apiVersion: ${LOCK_API_VERSION}` || line === `kind: ${LOCK_KIND}`) return;
    const head = /^(charts|images|holds):$/.exec(line);
    if (head) {
      section = head[1] as typeof section;
      return;
    }
    const match = section === undefined ? null : ENTRY.exec(line);
    if (!match) throw refuse();
    const [, id, value, marker] = match;
    const name = id.startsWith('"') ? unquote(id.slice(1, -1)) : id;
    const text = unquote(value);
    if (section === 'holds') {
      const hold = parseHold(text);
      if (!hold || !isLockKey(name) || holds.has(name)) throw refuse();
      holds.set(name, hold);
    } else {
      const key: LockKey = `${section as LockSection}/${name}`;
      const ref = parseRef(text);
      if (name === '' || !ref || !isTagOrVersion(ref.tag) || entries.has(key)) throw refuse();
      entries.set(key, marker === undefined ? { ref } : { ref, marker });
    }
  });
  return { entries, holds };
}

function isLockKey(text: string): text is LockKey {
  return /^(images|charts)\/.+$/.test(text);
}

/** `2026-11-21T10:00:00Z alice: the new one loses orders`. */
export function printHold({ at, by, reason }: Hold): string {
  return `${at} ${by}: ${reason}`;
}

function parseHold(text: string): Hold | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) (.+?): (.*)$/s.exec(text);
  return match ? { at: match[1], by: match[2], reason: match[3] } : undefined;
}

// What a YAML reader could take for something else than the word it is.
function printKey(id: string): string {
  return /^[a-z][a-z0-9./-]*$/.test(id) && isPlainString(id) ? id : quote(id);
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
