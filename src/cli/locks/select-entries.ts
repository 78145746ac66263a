import { errors } from '../../common/errors';
import type { LockEntry, LockKey } from '../../model/lock';
import type { LockFile } from './lock-files';
import { nearestNames } from './nearest-names';

/** An entry of a lock, with the lock it is in. */
export interface LockedEntry {
  readonly file: LockFile;
  readonly key: LockKey;
  readonly entry: LockEntry;
}

/** Which environment people mean: `dev`, `gke/dev`, or `dev` with `--cluster gke`. */
export interface EnvironmentChoice {
  readonly environment: string;
  readonly cluster?: string;
}

/**
 * Locks of one environment (or another layer).
 * @throws LocksMissing, EnvironmentUnknown, EnvironmentAmbiguous
 */
export function locksOfEnvironment(files: readonly LockFile[], choice: EnvironmentChoice): LockFile[] {
  if (files.length === 0) throw errors.LocksMissing();
  const { cluster, layer } = splitChoice(choice);
  const found = files.filter((file) => file.layer === layer && (cluster === undefined || file.cluster === cluster));
  if (found.length === 0) throw unknownEnvironment(files, choice.environment, cluster);
  const clusters = [...new Set(found.map((file) => file.cluster))];
  if (clusters.length > 1)
    throw errors.EnvironmentAmbiguous({ environment: layer, clusters: clusters.join(', '), example: `${clusters[0]}/${layer}` });
  return found;
}

/**
 * Locks that match what was asked for, of all clusters: for commands that may work on everything.
 * @throws EnvironmentUnknown
 */
export function locksMatching(files: readonly LockFile[], environment: string | undefined, cluster: string | undefined): LockFile[] {
  if (environment === undefined) {
    const found = files.filter((file) => cluster === undefined || file.cluster === cluster);
    if (found.length === 0 && cluster !== undefined) throw unknownEnvironment(files, '', cluster);
    return found;
  }
  const choice = splitChoice({ environment, cluster });
  const found = files.filter((file) => file.layer === choice.layer && (choice.cluster === undefined || file.cluster === choice.cluster));
  if (found.length === 0) throw unknownEnvironment(files, environment, cluster);
  return found;
}

/**
 * Entries of one environment by name: `podinfo`, `images/podinfo`, `team-a/podinfo` or `team-a/images/podinfo`. Without a name all of them.
 * @throws EntryUnknown
 */
export function entriesNamed(files: readonly LockFile[], name?: string): LockedEntry[] {
  const all = files.flatMap((file) => [...file.lock.entries].map(([key, entry]): LockedEntry => ({ file, key, entry })));
  if (name === undefined) return all;
  const found = all.filter((one) => namesOf(one).includes(name));
  if (found.length > 0) return found;
  const known = all.flatMap((one) => (name.includes('/') ? namesOf(one) : [idOf(one.key)]));
  throw errors.EntryUnknown({ environment: environmentOf(files), name, known: suggestion(name, known) });
}

/**
 * The one entry of that name.
 * @throws EntryUnknown, EntryAmbiguous
 */
export function entryNamed(files: readonly LockFile[], name: string): LockedEntry {
  const found = entriesNamed(files, name);
  if (found.length > 1) throw errors.EntryAmbiguous({ name, choices: shortestNames(found).join(', ') });
  return found[0];
}

/** `podinfo` of `images/podinfo`. */
export function idOf(key: LockKey): string {
  return key.slice(key.indexOf('/') + 1);
}

/** `gke/dev`: the way to name an environment that always works. */
export function environmentOf(files: readonly Pick<LockFile, 'cluster' | 'layer'>[]): string {
  return files.length === 0 ? '' : `${files[0].cluster}/${files[0].layer}`;
}

/** The known names most like it, or all where there are few. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = nearestNames(name, known);
  if (near.length > 0) return `did you mean ${near.join(' or ')}?`;
  const all = [...new Set(known)].sort();
  return all.length === 0 ? 'there is none' : `there is ${all.slice(0, 10).join(', ')}${all.length > 10 ? ' and more' : ''}`;
}

export function splitChoice({ environment, cluster }: EnvironmentChoice): { readonly cluster?: string; readonly layer: string } {
  const slash = environment.indexOf('/');
  return slash < 0 ? { cluster, layer: environment } : { cluster: environment.slice(0, slash), layer: environment.slice(slash + 1) };
}

function unknownEnvironment(files: readonly LockFile[], environment: string, cluster: string | undefined): Error {
  if (cluster !== undefined && !files.some((file) => file.cluster === cluster)) {
    const known = suggestion(
      cluster,
      files.map((file) => file.cluster),
    );
    return errors.EnvironmentUnknown({ environment: `cluster ${cluster}`, known });
  }
  const known = files.map((file) => (environment.includes('/') ? environmentOf([file]) : file.layer));
  return errors.EnvironmentUnknown({ environment, known: suggestion(environment, known) });
}

/** What people may call an entry: `podinfo`, `images/podinfo`, `team-a/podinfo`, `team-a/images/podinfo`. */
export function entryNames(namespace: string, key: LockKey): string[] {
  const id = idOf(key);
  return [id, key, `${namespace}/${id}`, `${namespace}/${key}`];
}

function namesOf({ file, key }: LockedEntry): string[] {
  return entryNames(file.namespace, key);
}

/** For each of several entries a name that only it has. */
function shortestNames(entries: readonly LockedEntry[]): string[] {
  const all = entries.flatMap(namesOf);
  return entries.map((one) => namesOf(one).find((name) => all.filter((other) => other === name).length === 1) ?? `${one.file.namespace}/${one.key}`);
}
