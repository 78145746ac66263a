import { useBed } from '../support/bed';
import { DemoProcess } from '../support/demo-process';

const bed = useBed({ git: false, registry: false });
const TIMEOUT_MS = 600_000;
const args = ['--cluster', 'current', '--once'];

const env = () => ({ KUBECONFIG: bed().kubeconfig });
const names = async (...args: string[]) => (await bed().kubectl(['get', ...args, '-o', 'name'])).trim().split('\n').filter(Boolean);
const namespaces = () => names('namespaces');
const crds = () => names('crds');

test(
  "the demo takes back all it made in somebody's cluster, unless it is told to keep it",
  async () => {
    const before = await namespaces();

    const first = await DemoProcess.run(args, env());
    expect(first).toContain('All 9 stages worked');
    expect(first).toContain('removed: the source, all layers, their releases and their namespaces');
    expect(first).toMatch(/removed: \d+ CRDs/);
    expect(first).toContain('removed: the namespace flux-system');
    expect(await namespaces()).toEqual(before);
    expect(await crds()).toEqual([]);

    const second = await DemoProcess.run([...args, '--keep'], env());
    expect(second).toContain('it is left as it is, without the agent');
    expect(await namespaces()).toEqual([...before, ...['dev', 'flux-system', 'prod', 'stg'].map((name) => `namespace/${name}`)].sort());
    expect(await names('deployments', '-n', 'prod')).toEqual(['deployment.apps/podinfo-prod']);

    await bed().kubectl(['delete', 'secrets', '-n', 'flux-system', '--all']);
    const third = await DemoProcess.run(args, env());
    expect(third).toContain('left: the CRDs, which were there before');
    expect(third).toContain('left: the namespace flux-system, which was there before');
    expect(await namespaces()).toEqual([...before, 'namespace/flux-system'].sort());
    expect(await names('secrets', '-n', 'flux-system')).toEqual([]);
    expect(await names('gitrepositories,kustomizations,helmreleases', '-A')).toEqual([]);
    expect(await crds()).toContain('customresourcedefinition.apiextensions.k8s.io/kustomizations.kustomize.toolkit.fluxcd.io');
  },
  TIMEOUT_MS,
);

test(
  'it refuses a cluster where something of that name is in the way',
  async () => {
    await bed().kubectl(['create', 'namespace', 'stg']);
    const before = await bed().kubectl(['get', 'namespace', 'stg', '-o', 'json']);
    const demo = DemoProcess.start(args, env());
    expect(await demo.exited).toBe(1);
    expect(demo.output).toContain('the demo would make and delete Namespace stg, which this cluster has already: use another one');
    expect(await bed().kubectl(['get', 'namespace', 'stg', '-o', 'json'])).toBe(before);
  },
  TIMEOUT_MS,
);
