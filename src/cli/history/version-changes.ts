import type { LockFile } from '../locks/lock-files';

/** What changed between locks: `podinfo 0.4.10 -> 0.4.11`, `+redis 7.2`, `-nginx 1.27`. */
export function versionChanges(before: readonly LockFile[], after: readonly LockFile[]): string[] {
  const [old, now] = [versionsIn(before), versionsIn(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  return names.flatMap((name) => {
    const [from, to] = [old.get(name), now.get(name)];
    if (from === to) return [];
    const id = name.slice(name.lastIndexOf('/') + 1);
    if (from === undefined) return `+${id} ${to}`;
    return to === undefined ? `-${id} ${from}` : `${id} ${from} -> ${to}`;
  });
}

function versionsIn(files: readonly LockFile[]): Map<string, string> {
  return new Map(
    files.flatMap(({ path, lock }) =>
      [...lock.entries].map(
        ([key, { ref }]) => [`${path}/${key}`, ref.digest === undefined ? ref.tag : `${ref.tag}@${ref.digest.slice(0, 14)}`] as const,
      ),
    ),
  );
}
