import type { App } from 'cdk8s';
import { digestOf } from '../common/digest';
import { editMarkers } from '../model/edit-markers';
import { LOCK_FOLDER } from '../model/lock';
import type { VersionRef } from '../model/version-ref';
import type { LockRequest } from './lock-request';
import { locksOf } from './lock-requests';
import { synthTree } from './synth-tree';

/** How a machine's edit of marked scalars compares with a synth that reads the edited locks. */
export interface LawResult {
  /** Policies whose scalars were edited. */
  readonly policies: readonly string[];
  /** Files that came out otherwise, sorted. Empty: whatever automation commits is what a synth would have written. */
  readonly differ: readonly string[];
}

/**
 * Whether editing what synth wrote gives what synth writes after the same edit of the locks, byte for byte over output, locks and ownership. Every
 * marked policy gets another version, each a different one, so that no value can stand for another's.
 * @param locks texts of lock files by path
 */
export function checkLaw(app: App, root: string, locks: ReadonlyMap<string, string>): LawResult {
  const { files, derived } = synthTree(app, root, locks);
  const unmarked = new Set(derived.map(({ policy }) => policy));
  const refs = otherVersions(locksOf(app).filter(({ policy }) => policy !== undefined && !unmarked.has(policy)));
  const edited = editTree(files, refs);
  const editedLocks = new Map([...edited].filter(([path]) => path.startsWith(`${LOCK_FOLDER}/`)));
  return { policies: [...refs.keys()], differ: differences(edited, synthTree(app, root, editedLocks).files) };
}

/** What automation makes of a tree: marked scalars of these policies set, all else left alone. */
export function editTree(files: ReadonlyMap<string, string>, refs: ReadonlyMap<string, VersionRef>): Map<string, string> {
  return new Map([...files].map(([path, text]) => [path, editMarkers(text, refs).text]));
}

function otherVersions(requests: readonly LockRequest[]): Map<string, VersionRef> {
  return new Map(
    requests.map(({ policy, name, pinsDigest }, index) => {
      const tag = `0.0.0-other.${index}`;
      const digest = digestOf(tag);
      return [policy!, pinsDigest ? { name, tag, digest } : { name, tag }];
    }),
  );
}

function differences(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): string[] {
  const paths = new Set([...one.keys(), ...other.keys()]);
  return [...paths].filter((path) => one.get(path) !== other.get(path)).sort();
}
