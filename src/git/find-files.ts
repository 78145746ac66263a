import { normalPath } from './listing';
import { GitExit, runGit } from './run';
import type { Workplace } from './workplace';

/**
 * Files of a commit that contain a word, below any of the paths, sorted. Symlinks are not followed.
 * @param paths from the root of the repository; an empty one or `.` is all of it, one that does not exist is no error
 */
export async function findFiles(place: Workplace, commit: string, word: string, paths: readonly string[]): Promise<string[]> {
  const environment = { ...place.environment, GIT_LITERAL_PATHSPECS: '1' };
  const folders = paths.map(normalPath);
  const pathspecs = folders.includes('') ? [] : folders;
  const args = ['grep', '--files-with-matches', '--null', '--text', '--full-name', '--fixed-strings', '-e', word, commit, '--', ...pathspecs];
  const { repository, signal } = place;
  try {
    const output = (await runGit(args, { repository, environment, signal })).toString();
    const files = output.split('\0').slice(0, -1);
    return files.map((name) => name.slice(commit.length + 1)).sort();
  } catch (failure) {
    // That is how it says that nothing matches.
    if (failure instanceof GitExit && failure.exitCode === 1 && failure.stderr === '') return [];
    throw failure;
  }
}
