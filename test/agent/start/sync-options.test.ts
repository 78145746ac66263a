import { gitRepository, rootKustomization } from '../../../src/agent/start/sync-objects';
import { syncOptions } from '../../../src/agent/start/sync-options';

const BRANCH = { branch: 'main' };

test.each([
  [
    { url: 'git@github.com:acme/Fleet.git', path: 'dist/gke' },
    { url: 'ssh://git@github.com/acme/Fleet.git', path: 'dist/gke', repositoryName: 'fleet', kustomizationName: 'gke', secretName: 'fleet' },
  ],
  [
    { url: 'ssh://git@host:2222/fleet', path: './dist/gke/_sync/' },
    { path: 'dist/gke/_sync', repositoryName: 'fleet', kustomizationName: 'gke', secretName: 'fleet' },
  ],
  [
    { url: 'https://git.example/acme/fleet.git/', path: 'clusters/prod' },
    { repositoryName: 'fleet', kustomizationName: 'prod', secretName: undefined },
  ],
  [
    { url: 'https://git.example/acme/fleet', path: '.' },
    { path: '', repositoryName: 'fleet', kustomizationName: 'fleet' },
  ],
  [
    { url: 'https://git.example/acme/fleet', path: 'a', repositoryName: 'r', kustomizationName: 'k', secretName: 's' },
    { repositoryName: 'r', kustomizationName: 'k', secretName: 's' },
  ],
])('%j is completed as a program would', (request, options) => {
  expect(syncOptions({ ...BRANCH, ...request })).toMatchObject(options);
});

test('a token in the place of a user is in no object', () => {
  expect(syncOptions({ ...BRANCH, url: 'https://ghp_abc@git.example/acme/fleet', path: 'a' }).url).toBe('https://git.example/acme/fleet');
});

test.each(['ftp://host/path', 'not an address', 'https://ada:hunter2@host/path'])('%s is refused, without what is secret in it', (url) => {
  expect(() => syncOptions({ ...BRANCH, url, path: 'a' })).toThrow(/FL1013/);
  expect(() => syncOptions({ ...BRANCH, url, path: 'a' })).toThrow(expect.not.stringMatching('hunter2') as never);
});

test('objects have the fields synth gives them', () => {
  const options = syncOptions({ ...BRANCH, url: 'ssh://git@gitlab.com/acme/hello', path: 'dist/gitlab' });
  expect(gitRepository(options, 'flux-system')).toEqual({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: 'hello', namespace: 'flux-system', annotations: { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' } },
    spec: { interval: '1m', url: 'ssh://git@gitlab.com/acme/hello', ref: { branch: 'main' }, secretRef: { name: 'hello' } },
  });
  const root = rootKustomization(options, 'dist/gitlab/_sync', 'flux-system');
  expect(root.spec).toMatchObject({ interval: '10m', retryInterval: '1m', timeout: '5m', path: './dist/gitlab/_sync', prune: true, wait: false });
  expect(root.metadata.annotations).toHaveProperty(['fairlead.dev/deletion-budget'], '0');
});

test('a folder that is no folder of sync objects has no budget of its own', () => {
  const options = syncOptions({ ...BRANCH, url: 'https://git.example/plain', path: 'apps', prune: false });
  const { metadata, spec } = rootKustomization(options, 'apps', 'flux-system');
  expect(metadata.annotations).toEqual({ 'kustomize.toolkit.fluxcd.io/prune': 'disabled' });
  expect(spec).toMatchObject({ prune: false });
});
