import { bindingMap, refuseOther } from '../../../src/agent/start/binding';
import { syncOptions } from '../../../src/agent/start/sync-options';

const options = (url: string, path: string) => syncOptions({ url, path, branch: 'main' });
const ours = options('ssh://git@host/acme/fleet.git', 'dist/gke');
const map = bindingMap(ours, 'dist/gke/_sync', 'uid-1', 'flux-system');

test('what a cluster follows is written down without credentials', () => {
  expect(map.data).toEqual({ cluster: 'gke', uid: 'uid-1', url: 'ssh://git@host/acme/fleet.git', branch: 'main', path: 'dist/gke/_sync' });
});

test.each([
  ['the folder that was named', ours],
  ['its folder of sync objects', options('ssh://git@host/acme/fleet.git', 'dist/gke/_sync')],
  ['the same address, written otherwise', options('git@host:acme/fleet', 'dist/gke')],
])('%s is the same', (_, same) => expect(() => refuseOther(map, same, 'uid-1')).not.toThrow());

test.each([
  ['another folder', options('ssh://git@host/acme/fleet.git', 'dist/prod'), 'uid-1', /to folder dist\/gke\/_sync, not to folder dist\/prod/],
  [
    'another repository',
    options('ssh://git@host/acme/other', 'dist/gke'),
    'uid-1',
    /to ssh:\/\/git@host\/acme\/fleet.git, not to ssh:\/\/git@host\/acme\/other/,
  ],
  ['another cluster, of which this one was restored', ours, 'uid-2', /cluster uid-1, of which it is a copy/],
])('%s is refused', (_, other, uid, words) => expect(() => refuseOther(map, other, uid)).toThrow(words));

test('a cluster that follows nothing yet follows anything', () => expect(() => refuseOther(undefined, ours, 'uid-1')).not.toThrow());
