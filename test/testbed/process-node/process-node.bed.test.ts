import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProcessNode } from '../../../src/testbed/process-node/process-node';
import { BUILD_TIMEOUT_MS, useBed } from '../../support/bed';

// Ends before the bed does: hooks run in the order in which they stand.
afterAll(() => node?.stop());
const bed = useBed({ git: false, registry: false, processImages: /^example\.com\/(echo|agent)[:@]/ });
const ROOT = join(__dirname, '../../..');
const TIMEOUT_MS = 300_000;

/** Says what it is and where, serves it, and ends when it is told to. Asked for /crash it crashes. */
const ECHO = `
  const { readFileSync, readdirSync, writeFileSync } = require('node:fs');
  const account = '/var/run/secrets/kubernetes.io/serviceaccount/';
  const writes = (file) => { try { writeFileSync(file, ''); return 'written'; } catch (error) { return error.code; } };
  const self = {
    version: process.argv[1], args: process.argv.slice(2), user: process.getuid() + ':' + process.getgid() + ':' + process.getgroups(),
    name: process.env.NAME, ip: process.env.IP, greeting: process.env.GREETING, secret: process.env.SECRET,
    settings: readFileSync('/etc/echo/settings', 'utf8'), namespace: readFileSync(account + 'namespace', 'utf8'), account: readdirSync(account),
    volume: writes('/var/lib/echo/file'), root: writes('/file'), tmp: writes('/tmp/file'), machine: writes('/var/tmp/file'),
  };
  process.on('SIGTERM', () => { console.log('asked to end'); setTimeout(() => process.exit(0), 300); });
  require('node:http').createServer((request, response) => {
    if (request.url === '/crash') { console.log('crashing'); process.exit(3); }
    response.end(JSON.stringify(self));
  }).listen(8080, () => console.log('serving'));
`;

function echo(version: string) {
  return { image: `example.com/echo:${version}`, command: [process.execPath, '-e', ECHO, version], visible: [ROOT] };
}

const POD_SPEC = {
  terminationGracePeriodSeconds: 5,
  securityContext: { runAsUser: 65532, runAsGroup: 65533, fsGroup: 65534 },
  containers: [
    {
      name: 'echo',
      image: 'example.com/echo:1',
      args: ['--from=$(NAME)'],
      env: [
        { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
        { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        { name: 'GREETING', value: 'hello from $(NAME)' },
        { name: 'SECRET', valueFrom: { secretKeyRef: { name: 'echo', key: 'word' } } },
      ],
      ports: [{ name: 'http', containerPort: 8080 }],
      readinessProbe: { httpGet: { port: 'http' }, periodSeconds: 1 },
      securityContext: { readOnlyRootFilesystem: true },
      terminationMessagePolicy: 'FallbackToLogsOnError',
      volumeMounts: [
        { name: 'settings', mountPath: '/etc/echo' },
        { name: 'data', mountPath: '/var/lib/echo' },
      ],
    },
  ],
  volumes: [
    { name: 'settings', configMap: { name: 'echo' } },
    { name: 'data', emptyDir: {} },
  ],
};

const OBJECTS = [
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'echo' }, data: { settings: 'of the ConfigMap' } },
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'echo' }, stringData: { word: 'of the Secret' } },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'echo' }, spec: { selector: { app: 'echo' }, ports: [{ port: 80, targetPort: 'http' }] } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'echo' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'echo' } },
      strategy: { rollingUpdate: { maxUnavailable: 0 } },
      template: { metadata: { labels: { app: 'echo' } }, spec: POD_SPEC },
    },
  },
];

let node: ProcessNode;

beforeAll(async () => {
  node = ProcessNode.start(bed(), echo('1'), { firstBackOffMs: 500 });
  await bed().kubectl(['apply', '-f', '-'], { input: OBJECTS.map((object) => JSON.stringify(object)).join('\n---\n') });
}, BUILD_TIMEOUT_MS);

interface RunningPod {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly podIP: string;
    readonly containerStatuses?: readonly {
      readonly ready: boolean;
      readonly restartCount: number;
      readonly state: { readonly waiting?: { readonly reason: string } };
    }[];
  };
}

async function pods(): Promise<RunningPod[]> {
  return JSON.parse(await bed().kubectl(['get', 'pods', '--selector=app=echo', '--output=json'])).items;
}

const rolledOut = () => bed().kubectl(['rollout', 'status', 'deployment/echo', '--timeout=120s']);
const ask = (path = '') => bed().kubectl(['get', '--raw', `/api/v1/namespaces/default/services/echo/proxy/${path}`]);

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(100);
}

/** What the Service's Pods are, as soon as it leads to those of a version: its endpoints come a moment after its Pods. */
async function served(version: string): Promise<Readonly<Record<string, unknown>>> {
  let answer: Readonly<Record<string, unknown>> = {};
  await until(async () => {
    answer = JSON.parse(await ask().catch(() => '{}'));
    return answer.version === version;
  });
  return answer;
}

test(
  'Pods run as processes, each on its own address, with what their spec gives them and nothing of this machine to write to',
  async () => {
    await rolledOut();
    const running = await pods();
    expect(new Set(running.map(({ status }) => status.podIP)).size).toBe(2);
    expect(await served('1')).toEqual({
      version: '1',
      args: ['--from=default'],
      user: '65532:65533:65534,65533',
      name: 'default',
      ip: expect.stringMatching(/^198\.1[89]\./),
      greeting: 'hello from default',
      secret: 'of the Secret',
      settings: 'of the ConfigMap',
      namespace: 'default',
      account: ['ca.crt', 'namespace', 'token'],
      volume: 'written',
      root: 'EROFS',
      tmp: 'EROFS',
      machine: 'EROFS',
    });
    expect(node.logs()).toBe('serving\nserving\n');
  },
  TIMEOUT_MS,
);

test(
  'who crashes is started again, later each time, and the Pod says why it ended',
  async () => {
    await rolledOut();
    await ask('crash').catch(() => undefined);
    const restarts = async () => (await pods()).map(({ status }) => status.containerStatuses![0]!).filter(({ restartCount }) => restartCount > 0);
    await until(async () => (await restarts()).some(({ ready }) => ready));
    expect(await restarts()).toMatchObject([
      { restartCount: 1, ready: true, lastState: { terminated: { exitCode: 3, reason: 'Error', message: expect.stringContaining('crashing') } } },
    ]);
    const { metadata } = (await pods()).find(({ status }) => status.containerStatuses![0]!.restartCount > 0)!;
    expect(await bed().kubectl(['logs', metadata.name])).toBe('serving\n');
    expect(await bed().kubectl(['logs', metadata.name, '--previous', '--tail=1'])).toBe('crashing\n');
    expect(await bed().kubectl(['logs', metadata.name, '--container=other']).catch(String)).toContain('container other is not valid for pod');
  },
  TIMEOUT_MS,
);

test(
  'another image is another program, one that nobody published cannot be pulled, and Pods are asked to end and waited for',
  async () => {
    await bed().kubectl(['set', 'image', 'deployment/echo', 'echo=example.com/echo:2']);
    await until(async () => (await pods()).some(({ status }) => status.containerStatuses?.[0]?.state.waiting?.reason === 'ImagePullBackOff'));
    const followed = bed().kubectl(['logs', '--follow', node.pods[0]!.name]);
    await served('1');
    node.publish(echo('2'));
    await rolledOut();
    await until(async () => (await pods()).length === 2 && node.pods.length === 2);
    await served('2');
    expect(node.logs().match(/asked to end/g)).toHaveLength(2);
    expect(await followed).toMatch(/^serving\nasked to end\n$/);
    expect(node.pods.map(({ pid }) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0])).toEqual([process.execPath, process.execPath]);
  },
  TIMEOUT_MS,
);
