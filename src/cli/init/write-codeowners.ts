import { existsSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { committedOutput } from '../../synth/output-folder';
import { ownedNamespaces } from '../../synth/owners';
import { synthRoot } from '../../synth/root';
import { findEntry } from '../entry';
import { loadApps } from '../load/load-app';
import { writeEdits } from '../locks/text-edit';
import { CODEOWNERS_PLACES, withOwners } from './codeowners';
import { gitFacts } from './git-facts';

/** Says in CODEOWNERS who the teams of a folder's program are. Gives the file that was written, if one was. */
export async function writeCodeowners(folder: string): Promise<string | undefined> {
  const root = synthRoot(findEntry(undefined, folder));
  const apps = await loadApps(folder);
  const repository = gitFacts(root).root ?? root;
  const posix = (path: string) => path.split(sep).join('/');
  const below = posix(relative(repository, root));
  const path = CODEOWNERS_PLACES.find((place) => existsSync(join(repository, place))) ?? 'CODEOWNERS';
  const before = existsSync(join(repository, path)) ? readFileSync(join(repository, path), 'utf8') : undefined;
  const namespaces = apps.flatMap(({ app }) => ownedNamespaces(app));
  const output = posix(relative(root, committedOutput(root)));
  const text = withOwners(before, namespaces, { prefix: below === '' ? '' : `${below}/`, output });
  if (text === undefined || text === before) return undefined;
  await writeEdits(repository, [{ path, text, before: before ?? null }]);
  return join(repository, path);
}
