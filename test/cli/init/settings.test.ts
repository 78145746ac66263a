import type { GitFacts } from '../../../src/cli/init/git-facts';
import { type Ask, blanksOf, type InitFlags, settle } from '../../../src/cli/init/settings';

const flags = (more: Partial<InitFlags> = {}): InitFlags => ({ template: 'hello', kubernetesVersion: '1.36', ...more });
const git = (more: Partial<GitFacts> = {}): GitFacts => ({
  root: '/repositories/app',
  branch: 'trunk',
  origin: 'git@github.com:acme/app.git',
  ...more,
});
const settled = (more: Partial<InitFlags> = {}, facts = git(), folder = '/repositories/app', ask?: Ask) => settle(flags(more), folder, facts, ask);

test('Git says address, branch and folder', async () => {
  expect(await settled({}, git(), '/repositories/app/deploy/k8s')).toMatchObject({
    root: '/repositories/app',
    directory: 'deploy/k8s',
    repository: 'git@github.com:acme/app.git',
    branch: 'trunk',
  });
});

test('flags come before Git', async () => {
  expect(await settled({ repository: 'https://git.example/x', branch: 'main', cluster: ['gke'] })).toMatchObject({
    repository: 'https://git.example/x',
    branch: 'main',
    clusters: ['gke'],
  });
});

test('credentials in the address of the remote stay on this machine', async () => {
  expect(await settled({}, git({ origin: 'https://alice:secret@git.example/acme/app' }))).toMatchObject({
    repository: 'https://git.example/acme/app',
  });
});

test.each([undefined, '/srv/git/app.git', '../app.git', 'file:///srv/app.git'])('a remote at %s is nothing a cluster could read', async (origin) => {
  await expect(settled({}, git({ origin }))).rejects.toThrow(expect.objectContaining({ code: 'FL7602' }));
});

test('only what cannot be known is asked for', async () => {
  const asked: string[] = [];
  const ask: Ask = async (question, proposal) => {
    asked.push(question);
    return proposal ?? 'https://git.example/x';
  };
  expect(await settled({}, git({ origin: undefined }), '/repositories/app', ask)).toMatchObject({
    repository: 'https://git.example/x',
    clusters: ['my-cluster'],
  });
  await settled({ cluster: ['gke'] }, git(), '/repositories/app', ask);
  expect(asked).toEqual(['Address of the repository, as clusters read it', 'Name of the cluster']);
});

test('a template has as many clusters as it has', async () => {
  await expect(settled({ template: 'fleet', cluster: ['one'] })).rejects.toThrow(expect.objectContaining({ code: 'FL7605' }));
});

test.each([
  ['git@github.com:acme/x', ['github']],
  ['https://gitlab.acme.example/x', ['gitlab']],
  ['ssh://git@git.example/x', ['github', 'gitlab']],
  ['https://git.example/github/x', ['github', 'gitlab']],
])('CI for %s is that of %j', async (repository, forges) => {
  expect((await settled({ repository })).forges).toEqual(forges);
});

test('the package is named after the folder, as npm allows it', async () => {
  const settings = await settled({}, git({ root: '/repositories/My App' }), '/repositories/My App');
  expect(blanksOf(settings, {})).toMatchObject({ NAME: 'my-app', WORKFLOW: 'fairlead', DIRECTORY: '' });
});
