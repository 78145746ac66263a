import { GitContent } from '../../../src/agent/source/git-content';
import type { Mirror } from '../../../src/git/mirror';

const REVISION = `main@sha1:${'1'.repeat(40)}`;

test('a commit that is fetched between two questions is there, and its folder is not missing', async () => {
  let isFetched = false;
  const mirror = {
    tree: async () => (isFetched ? 'tree' : undefined),
    commit: async () => {
      isFetched = true;
      return { id: '1'.repeat(40), tree: 'tree' };
    },
    list: async () => [],
  } as unknown as Mirror;
  expect(await new GitContent(mirror, 'repo').at(REVISION, './app', undefined)).toMatchObject({ revision: REVISION, digest: 'git:tree' });
});
