import { EMPTY_LOCK, type Lock, LockSyntaxError, lockPath, parseLock, parseLockPath, printLock } from '../../src/model/lock';

const DIGEST = `sha256:${'0'.repeat(64)}`;
const MARKER = '{"$imagepolicy": "flux-system:gke-dev-podinfo"}';
const lock: Lock = {
  entries: new Map([
    ['images/podinfo', { ref: { name: 'docker.io/stefanprodan/podinfo', tag: 'dev-kb9' }, marker: MARKER }],
    ['images/on', { ref: { name: 'localhost:5000/on', tag: '1.10' } }],
    ['charts/external-dns', { ref: { name: 'charts.bitnami.com/bitnami/external-dns', tag: '6.2.7+up1', digest: DIGEST } }],
  ]),
  holds: new Map([['images/podinfo', { at: '2026-11-21T10:00:00Z', by: 'alice', reason: 'the "new" one: loses orders' }]]),
};
const text = `apiVersion: fairlead.dev/v1
kind: Lock
charts:
  external-dns: "charts.bitnami.com/bitnami/external-dns:6.2.7+up1@${DIGEST}"
images:
  "on": "localhost:5000/on:1.10"
  podinfo: "docker.io/stefanprodan/podinfo:dev-kb9" # ${MARKER}
holds:
  images/podinfo: "2026-11-21T10:00:00Z alice: the \\"new\\" one: loses orders"
`;

test('a lock has one line for each version, sorted, with its marker, and one for each hold', () => expect(printLock(lock)).toBe(text));

test('it reads back', () => expect(parseLock(text)).toEqual(lock));

test('no versions, no file', () => {
  expect(printLock(EMPTY_LOCK)).toBe('');
  expect(parseLock('')).toEqual(EMPTY_LOCK);
});

test.each([
  ['other line ends', text.replaceAll('\n', '\r\n')],
  ['comments and empty lines', text.replaceAll(/^(?=\S)/gm, '# why\n\n  # and when\n')],
  ['another order', text.replace(/( {2}"on".*\n)( {2}podinfo.*\n)/, '$2$1')],
])('a file with %s says the same', (_, written) => expect(printLock(parseLock(written))).toBe(text));

test.each([
  [1, 'apiVersion: fairlead.dev/v2\n'],
  [2, 'kind: Lock\nkind: ConfigMap\n'],
  [1, '  podinfo: "a/b:1"\n'],
  [2, 'images:\n  podinfo: a/b:1\n'],
  [2, 'images:\n  podinfo: "a/b"\n'],
  [2, 'images:\n  podinfo: "a/b:1@sha256:abc"\n'],
  [2, 'images:\n  podinfo: "a/b:1,2"\n'],
  [2, 'images:\n    podinfo: "a/b:1"\n'],
  [2, 'images:\n  "": "a/b:1"\n'],
  [3, 'images:\n  a: "a/b:1"\n  "a": "a/b:2"\n'],
  [2, 'images:\n<<<<<<< HEAD\n  a: "a/b:1"\n'],
  [2, 'holds:\n  podinfo: "2026-11-21T10:00:00Z alice: x"\n'],
  [2, 'holds:\n  images/podinfo: "yesterday alice: x"\n'],
  [2, 'holds:\n  images/podinfo: "2026-11-21T10:00:00Z"\n'],
])('line %d of %j is named as wrong', (line, wrong) => {
  let error: unknown;
  try {
    parseLock(wrong);
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(LockSyntaxError);
  expect(error).toMatchObject({ line, text: wrong.split('\n')[line - 1] });
});

test.each([
  ['shop', 'locks/gke/shop/shop.yaml'],
  ['', 'locks/gke/shop/_cluster.yaml'],
])('versions of namespace %j lie in %s', (namespace, path) => expect(lockPath('gke', 'shop', namespace)).toBe(path));

test.each([
  ['gke', 'dev', 'dev'],
  ['gke', 'base', ''],
  ['gke', 'dev', 'team.a'],
])('the path of %s, %s, %s says what it is of', (cluster, layer, namespace) => {
  expect(parseLockPath(lockPath(cluster, layer, namespace))).toEqual({ cluster, layer, namespace });
});

test.each([
  'locks/gke/dev.yaml',
  'locks/gke/dev/dev/dev.yaml',
  'locks/gke/dev/dev.yml',
  'locks/gke/dev/.yaml',
  'dist/gke/dev/dev.yaml',
  'locks//dev/dev.yaml',
])('%s is no lock', (path) => expect(parseLockPath(path)).toBeUndefined());
