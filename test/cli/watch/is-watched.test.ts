import { isWatched } from '../../../src/cli/watch/is-watched';

const watched = (path: string) => isWatched(path, { root: '/app', output: '/app/dist', reads: new Set(['/shared/a.ts']) });

test.each([
  '/app',
  '/app/main.ts',
  '/app/locks/gke/dev/dev.yaml',
  '/app/charts/x/values.yaml',
  '/app/distance.ts',
  '/app/.fairlead/clusters/gke.json',
  '/shared/a.ts',
])('%s is watched', (path) => expect(watched(path)).toBe(true));

test.each([
  '/app/dist',
  '/app/dist/gke/x.yaml',
  '/app/node_modules',
  '/app/lib/node_modules/x/index.js',
  '/app/.git/index',
  '/app/.fairlead/owned/gke/dev.txt',
  '/app/.fairlead/tmp',
  '/app/.main.ts.swp',
  '/app/main.ts~',
  '/app/.#main.ts',
  '/app/4913',
  '/shared/b.ts',
  '/application/main.ts',
])('%s is not', (path) => expect(watched(path)).toBe(false));
