import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../demo/observe';
import { RawKubeClient } from '../../src/kube/client';
import { readKubeconfig } from '../../src/kube/kubeconfig';
import type { KubeObject } from '../../src/model/object';
import { ProcessNode } from '../../src/testbed/process-node/process-node';
import { AGENT_IMAGES, agentImage } from '../support/agent-image';
import { BUILD_TIMEOUT_MS, useBed } from '../support/bed';
import { pushImage } from '../support/registry';
import { Reader, type Section, sectionsOf } from '../support/walkthrough';

const ROOT = join(__dirname, '../..');
const sections = sectionsOf(readFileSync(join(ROOT, 'docs/getting-started.md'), 'utf8'));
const DEPLOYMENT = { group: 'apps', version: 'v1', kind: 'Deployment' };

// Ends before the bed does: hooks run in the order in which they stand.
afterAll(async () => {
  if (process.env.FAIRLEAD_TEST_LOG !== undefined) process.stderr.write(node.logs());
  await node?.stop();
  client?.close();
  rmSync(scratch, { recursive: true, force: true, maxRetries: 10 });
});
const bed = useBed({ processImages: AGENT_IMAGES });
let scratch: string;
let node: ProcessNode;
let client: RawKubeClient;
let reader: Reader;
let remote: string;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'fairlead-new-user-'));
  node = ProcessNode.start(bed(), agentImage());
  client = RawKubeClient.connect(readKubeconfig(bed().kubeconfig));
  const { url, path } = await bed().git.createRepository('acme/platform');
  remote = path;
  reader = new Reader(scratch, environment(await bed().bin('kubectl')), { REPOSITORY: url, IMAGE: `${bed().registry}/acme/hello` });
  await pushImage(bed().registry, 'acme/hello', '6.7.1');
}, BUILD_TIMEOUT_MS);

/** A machine with git, kubectl and Node, where npm has this package and those it needs. */
function environment(kubectl: string): NodeJS.ProcessEnv {
  const bin = join(scratch, 'bin');
  mkdirSync(bin);
  symlinkSync(kubectl, join(bin, 'kubectl'));
  symlinkSync(process.execPath, join(bin, 'node'));
  const script = (name: string, text: string) => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  script('npx', `[ "$1" = fairlead ] || exit 127\nshift\nexec node '${ROOT}/lib/cli/main.js' "$@"`);
  script(
    'npm',
    `case "$1" in install) exec node '${installer()}' ;; test) PATH="$PWD/node_modules/.bin:$PATH" exec sh -c "$(node -p 'require("./package.json").scripts.test')" ;; *) exit 127 ;; esac`,
  );
  return {
    PATH: `${bin}:/usr/bin:/bin`,
    HOME: scratch,
    KUBECONFIG: bed().kubeconfig,
    ...Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((who) => [
        [`GIT_${who}_NAME`, 'New User'],
        [`GIT_${who}_EMAIL`, 'new@example.com'],
      ]),
    ),
  };
}

/** What `npm install` leaves, from the packages that are here. */
function installer(): string {
  const path = join(scratch, 'install.js');
  writeFileSync(
    path,
    `const { mkdirSync, symlinkSync } = require('node:fs');
const { dirname, join, resolve } = require('node:path');
const { dependencies, devDependencies } = require(resolve('package.json'));
for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
  const link = resolve('node_modules', name);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(name === 'fairlead' ? ${JSON.stringify(ROOT)} : join(${JSON.stringify(join(ROOT, 'node_modules'))}, name), link);
}
symlinkSync(${JSON.stringify(join(ROOT, 'node_modules', '.bin'))}, resolve('node_modules', '.bin'));
`,
  );
  return path;
}

const LONGER_THAN_HEALING_MS = 3000;
const hello = () => client.get({ ...DEPLOYMENT, namespace: 'hello', name: 'hello' });
const replicasOf = (object: KubeObject) => (object.spec as { replicas: number }).replicas;
const messageOf = (value: string) => ({ spec: { template: { spec: { containers: [{ env: [{ name: 'PODINFO_UI_MESSAGE', value }] }] } } } });

type Check = (printed: string) => unknown;

/** What is true once a block of commands of a section was followed. */
const after: { readonly [title: string]: readonly Check[] } = {
  'Getting started': [() => {}],
  'A repository': [(printed) => expect(printed).toContain('wrote   main.ts')],
  'An edit': [(printed) => expect(printed).toContain('pass 1')],
  Commit: [() => expect(readFileSync(join(remote, 'refs/heads/main'), 'utf8')).toMatch(/^[0-9a-f]{40}$/m)],
  Bootstrap: [
    async (printed) => {
      expect(printed).toContain('is Ready at');
      expect(await hello()).toMatchObject({ spec: { replicas: 2 }, status: { readyReplicas: 2 } });
    },
  ],
  'A change': [
    (printed) => expect(printed).toContain('hello from Git'),
    async () => expect(await hello()).toMatchObject({ ...messageOf('hello from Git'), status: { readyReplicas: 2, updatedReplicas: 2 } }),
  ],
  'An emergency': [
    async (printed) => {
      expect(printed).toContain('more Pods for the rush');
      await sleep(LONGER_THAN_HEALING_MS);
      expect(await hello()).toMatchObject({ spec: { replicas: 5 } });
    },
    async () => {
      await until(
        client,
        DEPLOYMENT,
        { namespace: 'hello' },
        'the hand edit to be undone',
        ([deployment]) => replicasOf(deployment) === 2 || undefined,
      );
    },
  ],
  Leaving: [
    async () => {
      expect(await client.get({ ...DEPLOYMENT, namespace: 'flux-system', name: 'fairlead-agent' })).toBeUndefined();
      await until(
        client,
        DEPLOYMENT,
        { namespace: 'hello' },
        'two Pods',
        ([{ status }]) => (status as { replicas?: number }).replicas === 2 || undefined,
      );
      expect(await hello()).toMatchObject({ ...messageOf('hello from Git'), status: { readyReplicas: 2 } });
    },
  ],
};

test('there is a check for each block of commands in the document', () => {
  const blocks = Object.fromEntries(sections.map(({ title, steps }) => [title, steps.filter(({ does }) => does === 'run').length]));
  expect(blocks).toEqual(Object.fromEntries(Object.entries(after).map(([title, checks]) => [title, checks.length])));
});

describe('who follows docs/getting-started.md', () => {
  test.each(sections.map((section): [string, Section] => [section.title, section]))(
    '%s',
    async (title, { steps }) => {
      const checks = [...after[title]];
      for (const step of steps) {
        const printed = await reader.follow(step);
        if (step.does === 'run') await checks.shift()!(printed);
      }
    },
    400_000,
  );
});
