import { execFileSync, spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILD_TIMEOUT_MS, useBed } from '../support/bed';
import { SCHEMA_FILES, writeKubernetes } from '../validate/corpus/json-schemas';
import { CHART } from './fairlead-agent';

const bed = useBed({ git: false, registry: false });
const RELEASE = 'v1.36.3';
const NAMESPACE = 'flux-system';
const TIMEOUT_MS = 300_000;

const git = { url: 'git@github.com:acme/fleet', branch: 'main', path: 'dist/gke' };
const everything = {
  git: { ...git, url: 'ssh://git@git.example.com:7999/acme/fleet', knownHosts: 'git.example.com ssh-ed25519 AAAA\n', readOnly: true },
  replicas: 3,
  features: { notifications: true },
  sealedSecrets: { takeOver: true },
  applyAs: 'deployer',
  serviceMonitor: { enabled: true, interval: '30s', labels: { release: 'prometheus' } },
  networkPolicy: { egressPorts: [4443] },
  tolerations: [{ operator: 'Exists' }],
  affinity: { nodeAffinity: {} },
  imagePullSecrets: [{ name: 'registry' }],
  podAnnotations: { a: 'b' },
  podLabels: { team: 'platform' },
  serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': 'arn' } },
};
const VALUES: readonly (readonly [name: string, values: object])[] = [
  ['no values', {}],
  ['address, branch and path', { git }],
  ['everything', everything],
  [
    'nothing that can be left out',
    { features: { imageAutomation: false, sealedSecrets: false }, crds: { install: false }, networkPolicy: { enabled: false } },
  ],
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-agent-chart-'));
  const { Dir } = JSON.parse(execFileSync('go', ['mod', 'download', '-json', `k8s.io/kubernetes@${RELEASE}`], { cwd: folder, encoding: 'utf8' }));
  writeKubernetes(join(folder, 'schemas'), JSON.parse(await readFile(join(Dir, 'api', 'openapi-spec', 'swagger.json'), 'utf8')));
  await bed().bin('kubeconform');
  await bed().kubectl(['create', 'namespace', NAMESPACE]);
  await bed().kubectl(['label', 'namespace', NAMESPACE, 'pod-security.kubernetes.io/enforce=restricted']);
}, BUILD_TIMEOUT_MS);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function valuesFile(values: object): Promise<string> {
  const file = join(folder, 'values.json');
  await writeFile(file, JSON.stringify(values));
  return file;
}

async function rendered(values: object): Promise<string> {
  return bed().helm(['template', 'fairlead-agent', CHART, '--namespace', NAMESPACE, '--values', await valuesFile(values)]);
}

const crd = (field: string) => bed().kubectl(['get', 'crd', 'gitrepositories.source.toolkit.fluxcd.io', '-o', `jsonpath={${field}}`]);

test.each(VALUES)('helm lint has nothing to say of it with %s', async (_, values) => {
  const said = await bed().helm(['lint', '--strict', CHART, '--values', await valuesFile(values)]);
  expect(said).toContain('1 chart(s) linted, 0 chart(s) failed');
  expect(said).not.toMatch(/WARNING|ERROR/);
});

test.each(VALUES)('kubeconform takes every object with %s', async (_, values) => {
  const args = ['-strict', '-summary', '-output', 'json', '-skip', 'ServiceMonitor'];
  const schemas = `file://${join(folder, 'schemas')}/${SCHEMA_FILES}`;
  const input = await rendered(values);
  const { stdout } = spawnSync(await bed().bin('kubeconform'), [...args, '-schema-location', schemas], { input, encoding: 'utf8' });
  const { resources = [], summary } = JSON.parse(stdout) as { resources?: unknown[]; summary: { valid: number; invalid: number; errors: number } };
  expect(resources).toEqual([]);
  expect(summary).toMatchObject({ invalid: 0, errors: 0 });
  expect(summary.valid).toBeGreaterThan(8);
});

test.each(VALUES)('so does the API server with %s', async (_, values) => {
  const monitor = /^---\n# Source: [^\n]*servicemonitor\.yaml\n[\s\S]*?(?=^---\n)/gm;
  const input = `${await rendered(values)}---\n`.replace(monitor, '');
  const args = ['apply', '--server-side', '--dry-run=server', '--validate=strict', '--filename=-', '--output=name'];
  expect(await bed().kubectl(args, { input })).toContain('deployment.apps/fairlead-agent');
});

test('Helm tells which value is wrong', async () => {
  await expect(
    bed().helm(['install', 'wrong', CHART, '--namespace', NAMESPACE, '--set', 'git.url=git@github.com:acme/fleet', '--set', 'replicas=none']),
  ).rejects.toThrow(/replicas.*got string, want integer/s);
});

test(
  'a namespace that enforces the restricted standard admits its Pods; an upgrade brings new definitions, and they stay when the release goes',
  async () => {
    const older = join(folder, 'older');
    await cp(CHART, older, { recursive: true });
    const file = join(older, 'files/crds/gitrepositories.source.toolkit.fluxcd.io.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(
      file,
      text
        .replace('    singular: gitrepository\n', '    shortNames:\n    - oldgitrepo\n    singular: gitrepository\n')
        .replace(/ {4}shortNames:\n {4}- gitrepo\n/, ''),
    );
    const install = async (command: string, chart: string) =>
      bed().helm([command, 'fairlead-agent', chart, '--namespace', NAMESPACE, '--values', await valuesFile({ git, replicas: 2 })]);

    await install('install', older);
    await bed().kubectl(['rollout', 'status', 'deployment/fairlead-agent', '--namespace', NAMESPACE, '--timeout=120s']);
    expect(await crd('.spec.names.shortNames')).toBe('["oldgitrepo"]');
    const privileged = ['run', 'other', '--image=example.com/other', '--namespace', NAMESPACE];
    await expect(bed().kubectl(privileged)).rejects.toThrow(/violates PodSecurity "restricted/);

    await install('upgrade', CHART);
    expect(await crd('.spec.names.shortNames')).toBe('["gitrepo"]');
    await bed().helm(['uninstall', 'fairlead-agent', '--namespace', NAMESPACE]);
    expect(await crd('.metadata.name')).toBe('gitrepositories.source.toolkit.fluxcd.io');
    expect(
      await bed().kubectl([
        'get',
        'deployments,serviceaccounts,roles,resourcequotas',
        '--namespace',
        NAMESPACE,
        '--selector=app.kubernetes.io/part-of=fairlead',
      ]),
    ).toBe('');
  },
  TIMEOUT_MS,
);
