import type { LockFile } from '../../../src/cli/locks/lock-files';
import { entriesNamed, entryNamed, locksMatching, locksOfEnvironment } from '../../../src/cli/locks/select-entries';
import type { LockEntry, LockKey } from '../../../src/model/lock';

function lockFile(cluster: string, layer: string, namespace: string, keys: readonly LockKey[]): LockFile {
  const entries = new Map(keys.map((key): [LockKey, LockEntry] => [key, { ref: { name: 'a/b', tag: '1' } }]));
  return { path: `locks/${cluster}/${layer}/${namespace || '_cluster'}.yaml`, cluster, layer, namespace, lock: { entries, holds: new Map() } };
}

const services = [
  lockFile('prd', 'services', 'eevee', ['images/balance', 'charts/balance', 'images/events']),
  lockFile('prd', 'services', 'mew', ['images/events', 'images/search']),
];
const files = [...services, lockFile('dev', 'services', 'eevee', ['images/balance']), lockFile('dev', 'tools', '', ['charts/dns'])];
const paths = (found: readonly LockFile[]) => found.map(({ path }) => path);
const names = (name?: string) => entriesNamed(services, name).map(({ file, key }) => `${file.namespace}/${key}`);

test.each([
  [{ environment: 'tools' }, ['locks/dev/tools/_cluster.yaml']],
  [{ environment: 'prd/services' }, ['locks/prd/services/eevee.yaml', 'locks/prd/services/mew.yaml']],
  [{ environment: 'services', cluster: 'dev' }, ['locks/dev/services/eevee.yaml']],
])('%j names the locks of one layer', (choice, expected) => expect(paths(locksOfEnvironment(files, choice))).toEqual(expected));

test.each([
  [{ environment: 'services' }, 'services is in several clusters: prd, dev'],
  [{ environment: 'service' }, 'no lock is of service'],
  [{ environment: 'stg/services' }, 'no lock is of cluster stg'],
])('%j is refused', (choice, message) => expect(() => locksOfEnvironment(files, choice)).toThrow(message));

test('without any lock the remedy is another', () => expect(() => locksOfEnvironment([], { environment: 'dev' })).toThrow('FL7203'));

test.each([
  [undefined, undefined, 4],
  [undefined, 'dev', 2],
  ['services', undefined, 3],
  ['services', 'dev', 1],
])('environment %j of cluster %j matches %i locks', (environment, cluster, count) =>
  expect(locksMatching(files, environment, cluster)).toHaveLength(count),
);

test.each([
  ['search', ['mew/images/search']],
  ['balance', ['eevee/images/balance', 'eevee/charts/balance']],
  ['charts/balance', ['eevee/charts/balance']],
  ['mew/events', ['mew/images/events']],
  ['mew/images/events', ['mew/images/events']],
  [undefined, ['eevee/images/balance', 'eevee/charts/balance', 'eevee/images/events', 'mew/images/events', 'mew/images/search']],
])('name %j means %j', (name, expected) => expect(names(name)).toEqual(expected));

test.each([
  ['balance', 'say which: images/balance, charts/balance'],
  ['events', 'say which: eevee/events, mew/events'],
])('%s names several, and the error says how to tell them apart', (name, remedy) => {
  expect(() => entryNamed(services, name)).toThrow(expect.objectContaining({ code: 'FL7207', remedy }));
});
