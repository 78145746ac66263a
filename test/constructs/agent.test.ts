import { load } from 'js-yaml';
import { Agent, type AgentProps, Automation, Environment, ImagePolicy, ImageSelection, Repository } from '../../src';
import { agentObjects } from '../../src/install/agent-objects';
import { agentCrds } from '../../src/install/crds';
import { idOf, keyOf } from '../../src/model/object';
import { problemsOf, programOf, synthTree, type Tree, textsOf } from './programs';

const PRUNE = 'kustomize.toolkit.fluxcd.io/prune';
const repository = Repository.git('git@github.com:acme/fleet', { branch: 'main', directory: 'k8s' });

function agentTree(props?: AgentProps, options: Parameters<typeof synthTree>[1] = {}): Tree {
  const tree = synthTree((cluster) => void new Agent(cluster, props), { repository, ...options });
  return Object.fromEntries(Object.entries(tree).filter(([path]) => path.startsWith('gke/_agent/')));
}

const argsOf = (tree: Tree) => tree['gke/_agent/flux-system/deployment.apps-fairlead-agent.yaml'].spec.template.spec.containers[0].args;

test('an agent is its definitions and its objects, a file each', () => {
  const files = Object.keys(agentTree());
  expect(files.filter((path) => !path.includes('customresourcedefinition'))).toMatchSnapshot();
  expect(files.filter((path) => path.includes('customresourcedefinition'))).toHaveLength(agentCrds().length);
});

test('it starts from what its cluster follows', () => {
  expect(argsOf(agentTree({ readOnly: true }, { branch: 'production', agentNamespace: 'flux-system' }))).toEqual([
    'agent',
    '--namespace=flux-system',
    '--data-dir=/data',
    '--metrics-addr=:8080',
    '--image-automation=on',
    '--sealed-secrets=on',
    '--sealed-secrets-addr=:8081',
    '--git-url=ssh://git@github.com/acme/fleet',
    '--git-branch=production',
    '--git-path=k8s/dist/gke/_sync',
    '--git-repository-name=fleet',
    '--git-kustomization-name=gke',
    '--git-secret=fleet',
    '--git-read-only',
    '--prune=on',
  ]);
});

test('a cluster that looks for no versions has an agent without the right to', () => {
  const tree = agentTree({}, { imageAutomation: false });
  expect(argsOf(tree)).toContain('--image-automation=off');
  expect(JSON.stringify(tree['gke/_agent/_cluster/clusterrole.rbac.authorization.k8s.io-fairlead-agent.yaml'])).not.toContain(
    'image.toolkit.fluxcd.io',
  );
});

test('everything is as the installation says, but that what the agent lives on is never pruned', () => {
  const tree = agentTree({ replicas: 2, knownHosts: 'git.example.com ssh-ed25519 AAAA', serviceMonitor: true });
  const sync = {
    url: 'ssh://git@github.com/acme/fleet',
    path: 'k8s/dist/gke/_sync',
    repositoryName: 'fleet',
    kustomizationName: 'gke',
    secretName: 'fleet',
  };
  const expected = agentObjects({ replicas: 2, serviceMonitor: true, sync: { ...sync, knownHosts: 'git.example.com ssh-ed25519 AAAA' } });
  const written = Object.values(tree).filter(({ kind }) => kind !== 'CustomResourceDefinition');
  const byKey = new Map(written.map((object) => [keyOf(idOf(object)), object]));
  expect([...byKey.keys()].sort()).toEqual(expected.map((object) => keyOf(idOf(object))).sort());
  const kept = written.filter(({ metadata }) => metadata.annotations?.[PRUNE] === 'disabled').map(({ kind }) => kind);
  expect(kept.sort()).toEqual(['Deployment', 'Namespace', 'ServiceAccount']);
  for (const object of expected) {
    const { annotations, ...metadata } = byKey.get(keyOf(idOf(object))).metadata;
    expect({ ...byKey.get(keyOf(idOf(object))), metadata }).toEqual(JSON.parse(JSON.stringify(object)));
  }
});

test('definitions are as upstream wrote them, and never pruned', () => {
  const texts = textsOf((cluster) => void new Agent(cluster), { repository });
  for (const { name, text } of agentCrds()) {
    const written = texts[`dist/gke/_agent/_cluster/customresourcedefinition.apiextensions.k8s.io-${name}.yaml`];
    expect(written.replace(`    ${PRUNE}: disabled\n`, '')).toBe(text);
    expect((load(written) as { metadata: { annotations: object } }).metadata.annotations).toMatchObject({ [PRUNE]: 'disabled' });
  }
});

test('who leaves SealedSecrets to upstream leaves it their definition', () => {
  const files = Object.keys(agentTree({ sealedSecrets: false }));
  expect(files.filter((path) => path.includes('bitnami'))).toEqual([]);
});

test('a Kustomization keeps the agent as it is committed, and does not end with its commit', () => {
  const tree = synthTree((cluster) => void new Agent(cluster), { repository, deletionBudget: 3 });
  expect(tree['gke/_sync/flux-system/kustomization.kustomize.toolkit.fluxcd.io-gke-agent.yaml']).toMatchObject({
    metadata: { annotations: { [PRUNE]: 'disabled', 'fairlead.dev/deletion-budget': '3' } },
    spec: { path: './k8s/dist/gke/_agent', prune: true, wait: true, sourceRef: { name: 'fleet' } },
  });
});

test('cdk8s prints definitions too', () => {
  const platform = programOf((cluster) => void new Agent(cluster), { repository });
  expect(platform.synthYaml()).toContain('name: gitrepositories.source.toolkit.fluxcd.io');
});

test('what cannot be is told at synth', () => {
  expect(() => synthTree((cluster) => [new Agent(cluster), new Agent(cluster)])).toThrow('FL2301: cluster gke has two agents');
  const problems = problemsOf((cluster) => {
    const dev = new Environment(cluster, 'dev');
    new ImagePolicy(dev, 'podinfo', { repository: 'ghcr.io/acme/podinfo', select: ImageSelection.semver('1.x'), initial: '1.0.0' });
    new Environment(cluster, 'gke-agent');
    new Agent(cluster, { readOnly: true, replicas: 0 });
  });
  expect(problems).toEqual([
    '[gke/_sync] FL2012 gke/gke-agent has the name of a Kustomization that its cluster has already',
    '[gke/_agent] FL2302 0 is no number of agents',
    '[gke/_agent] FL2303 the agent of gke is readOnly, and cannot push what is committed by gke-commit',
  ]);
});

test('an agent that only reads is no problem where nothing is committed', () => {
  const problems = problemsOf(
    (cluster) => {
      new ImagePolicy(new Environment(cluster, 'dev'), 'podinfo', {
        repository: 'ghcr.io/acme/podinfo',
        select: ImageSelection.semver('1.x'),
        initial: '1.0.0',
      });
      new Agent(cluster, { readOnly: true });
    },
    { automation: Automation.OFF },
  );
  expect(problems).toEqual([]);
});
