import { load } from 'js-yaml';
import { automationsOf } from '../../src/cli/images/automations';
import { runningTags } from '../../src/cli/images/running';
import type { KubeObject } from '../../src/model/object';
import { LockedProject } from './locked-project';

describe('without a cluster', () => {
  let project: LockedProject;
  beforeEach(() => {
    project = new LockedProject([
      { name: 'dev', tag: '6.7.0', hello: 'abc' },
      { name: 'prod', tag: '6.6.0' },
    ]);
  });
  afterEach(() => project.remove());

  test('what is locked and held is listed, and that nothing else is known', () => {
    project.fairlead(['automate', 'off', 'prod', '--reason', 'frozen']);
    const { status, stdout, stderr } = project.fairlead(['images']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'no cluster was asked: there is no kubeconfig\n' });
    expect(stdout.replace(/ +/g, ' ')).toMatch(
      /^ENVIRONMENT ENTRY RUNNING LOCKED NEWEST LOOKED AT AUTOMATION HOLD\ndev images\/hello abc by hand\ndev images\/podinfo 6\.7\.0 by hand\nprod images\/podinfo 6\.6\.0 by hand \S+ Alice: frozen\n$/,
    );
  });

  test.each(['json', 'yaml'])('-o %s prints the same for programs', (format) => {
    const { stdout } = project.fairlead(['images', 'prod', '-o', format]);
    const row = { cluster: 'gke', environment: 'prod', namespace: 'prod', entry: 'images/podinfo', locked: '6.6.0', automation: 'by hand' };
    expect(load(stdout)).toEqual([row]);
  });

  test('a cluster that does not answer is told, and the rest is listed', () => {
    const kubeconfig = {
      'current-context': 'a',
      contexts: [{ name: 'a', context: { cluster: 'a' } }],
      clusters: [{ name: 'a', cluster: { server: 'http://127.0.0.1:9' } }],
    };
    project.write('kubeconfig.json', JSON.stringify(kubeconfig));
    const { status, stdout, stderr } = project.fairlead(['images', '--kubeconfig', 'kubeconfig.json']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('what runs cannot be told: FL5001') });
    expect(stdout).toContain('6.6.0');
  });

  test('an environment of no lock is refused', () => {
    expect(project.fairlead(['images', 'prd'])).toMatchObject({ status: 1, stderr: expect.stringContaining('did you mean prod?') });
  });
});

const pod = (phase: string, ...images: string[]): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a' },
  spec: { containers: images.map((image) => ({ image })) },
  status: { phase },
});

test.each([
  ['docker.io/library/nginx', ['nginx:1.27']],
  ['nginx', ['docker.io/library/nginx:1.27']],
  ['index.docker.io/library/nginx', ['nginx:1.27@sha256:aa']],
])('%s runs in %j', (repository, images) => expect(runningTags(repository, [pod('Running', ...images)])).toEqual(['1.27']));

test('versions are told by how many Pods have them; Pods that ended do not count', () => {
  const pods = [
    pod('Running', 'a.b/c:1'),
    pod('Running', 'a.b/c:2'),
    pod('Pending', 'a.b/c:2', 'a.b/c:2'),
    pod('Succeeded', 'a.b/c:3'),
    pod('Running', 'a.b/d:4'),
  ];
  expect(runningTags('a.b/c', pods)).toEqual(['2', '1']);
});

test('who changes a policy is told by its label and where the automation pushes', () => {
  const policy = (name: string, automation?: string): KubeObject => ({
    apiVersion: 'image.toolkit.fluxcd.io/v1',
    kind: 'ImagePolicy',
    metadata: { name, namespace: 'flux-system', ...(automation ? { labels: { 'fairlead.dev/automation': automation } } : {}) },
  });
  const automation = (name: string, branch: string): KubeObject => ({
    apiVersion: 'image.toolkit.fluxcd.io/v1',
    kind: 'ImageUpdateAutomation',
    metadata: { name, namespace: 'flux-system' },
    spec: { git: { checkout: { ref: { branch: 'main' } }, push: { branch } } },
  });
  const objects = [automation('c', 'main'), automation('p', 'fairlead/p'), policy('a', 'c'), policy('b', 'p'), policy('d', 'c.derived'), policy('e')];
  expect(Object.fromEntries(automationsOf(objects))).toEqual({
    'flux-system:a': 'commit',
    'flux-system:b': 'pull request',
    'flux-system:d': 'commit, synth due',
    'flux-system:e': 'off',
  });
});
