import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../../demo/run';
import { binaries } from '../../src/testbed/binaries';
import { DemoProcess, processes } from '../support/demo-process';

const TIMEOUT_MS = 400_000;

/** Where the demo's own folders are: whatever it starts has this in its command line. */
let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'fairlead-demo-test-'));
});
afterEach(() => {
  const left = owned();
  for (const { pid } of left) process.kill(pid, 'SIGKILL');
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  expect(left).toEqual([]);
});

const start = (...args: string[]) => DemoProcess.start(args, { TMPDIR: scratch });

function owned() {
  return processes().filter(({ command }) => command.includes(scratch));
}

function agentOf() {
  const agents = owned().filter(({ pid, group, command }) => pid === group && command.includes('main.js agent'));
  expect(agents).toHaveLength(1);
  return agents[0];
}

/** Waits until nothing of the demo runs: neither what names its folders, nor the rest of the agent's process group, such as its engine. */
async function nothingRuns(agent?: { readonly group: number }): Promise<void> {
  while (owned().length > 0 || processes().some(({ group }) => group === agent?.group)) await sleep(50);
}

test(
  'once and kept: kubectl and helm see what the demo said, until it is stopped',
  async () => {
    const output = await DemoProcess.run(['--once', '--keep'], { TMPDIR: scratch });
    expect(output).toContain('All 10 stages worked');
    const kubeconfig = /export KUBECONFIG=(.*)/.exec(output)![1];
    const { kubectl, helm } = await binaries(['kubectl', 'helm']);
    const see = (...command: string[]) => run(command, { env: { KUBECONFIG: kubeconfig, HOME: scratch } });
    const json = async (...command: string[]) => JSON.parse(await see(...command));
    expect(owned().some(({ command }) => command.includes('main.js agent'))).toBe(false);

    const template = '{range .items[*]}{.metadata.name} {.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}';
    expect(await see(kubectl, 'get', 'kustomizations', '-A', '-o', `jsonpath=${template}`)).toBe(
      'dev True\ngke True\ngke-images True\nprod True\nstg True\n',
    );
    expect(await see(kubectl, 'get', 'helmreleases', '-A', '-o', `jsonpath=${template}`)).toBe(
      'podinfo-dev True\npodinfo-prod True\npodinfo-rc True\n',
    );
    expect(await see(kubectl, 'get', 'deployment', 'podinfo-prod', '-n', 'prod', '-o', 'jsonpath={.spec.replicas} {.status.readyReplicas}')).toBe(
      '4 4',
    );
    expect(await see(kubectl, 'get', 'namespace', 'hotfix', '--ignore-not-found')).toBe('');
    const releases = (await json(helm, 'list', '-A', '-o', 'json')) as { name: string; revision: string; status: string }[];
    expect(releases.map(({ name, revision, status }) => `${name} ${revision} ${status}`).sort()).toEqual([
      'podinfo-dev 3 deployed',
      'podinfo-prod 3 deployed',
      'podinfo-rc 2 deployed',
    ]);
    expect(output).toContain('revisions now: dev 3, stg 2, prod 3');
    const history = (await json(helm, 'history', 'podinfo-prod', '-n', 'prod', '-o', 'json')) as { revision: number; status: string }[];
    expect(history.map(({ revision, status }) => `${revision} ${status}`)).toEqual(['1 superseded', '2 superseded', '3 deployed']);

    const folder = /npm run demo -- --stop (\S+)/.exec(output)![1];
    expect(folder).toBe(dirname(kubeconfig));
    await DemoProcess.run(['--stop', folder]);
    expect(existsSync(folder)).toBe(false);
    await nothingRuns();
  },
  TIMEOUT_MS,
);

test(
  'Ctrl-C at the end stops everything and leaves no folder',
  async () => {
    const demo = start();
    await demo.says('Ctrl-C ends it.');
    const agent = agentOf();
    demo.signal('SIGINT');
    expect(await demo.exited).toBe(0);
    await nothingRuns(agent);
    expect(readdirSync(scratch).filter((name) => name.startsWith('fairlead-'))).toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  'Ctrl-C in between stops everything and is no success',
  async () => {
    const demo = start('--once');
    await demo.says('the agent runs');
    const agent = agentOf();
    demo.signal('SIGINT');
    expect(await demo.exited).toBe(1);
    expect(demo.output).toContain('interrupted');
    await nothingRuns(agent);
  },
  TIMEOUT_MS,
);

test(
  'killed, it takes its agent and its cluster along',
  async () => {
    const demo = start('--once');
    await demo.says('the agent runs');
    const agent = agentOf();
    demo.signal('SIGKILL');
    await demo.exited;
    await nothingRuns(agent);
  },
  TIMEOUT_MS,
);

test(
  'a stage that fails is named, and the demo ends with an error',
  async () => {
    const demo = start('--once');
    await demo.says('the agent runs');
    process.kill(agentOf().pid, 'SIGKILL');
    expect(await demo.exited).toBe(1);
    expect(demo.output).toMatch(/the agent ended with SIGKILL; its log is \S+agent\.log/);
    await nothingRuns();
  },
  TIMEOUT_MS,
);
