import { createHash, randomBytes } from 'node:crypto';
import { conditionOf, isReady, until } from '../../demo/observe';
import { kinds } from '../../src/model/kinds';
import type { KubeObject } from '../../src/model/object';
import { BUILD_TIMEOUT_MS } from '../support/bed';
import { CLUSTER, ENVIRONMENT, SealedProgram } from '../support/sealed-program';
import { secretManifest } from '../support/sealed-values';
import { SealingCluster } from '../support/sealing-cluster';

const CONFIG_MAP = { group: '', version: 'v1', kind: 'ConfigMap' };
const TIMEOUT_MS = 300_000;

/** Nobody waits for an hour: whatever happens here was woken. */
const STATEMENTS = `
const interval = Duration.hours(1);
const chart = ChartSource.git({ path: 'charts/reader' });
const values = new SealedSecret(apps, 'reader-values', { keys: ['values.yaml'] });
new HelmRelease(apps, 'reader', { chart, interval, valuesFrom: [ValuesFrom.secret(values.secretName)] });
new HelmRelease(apps, 'unaware', { chart, interval, valuesFrom: [ValuesFrom.secret('reader-values')] });
const later = Secrets.existing('later', ['password']);
new HelmRelease(apps, 'patient', { chart, interval, values: { password: 'none', existingSecret: later.secretName } });
`;
const CHART = {
  'charts/reader/Chart.yaml': 'apiVersion: v2\nname: reader\nversion: 1.0.0\n',
  // The digest alone, since a ConfigMap is for anybody to read.
  'charts/reader/templates/map.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  digest: {{ .Values.password | sha256sum }}\n',
};

const passwords = ['first', 'second'].map((nth) => `plain ${nth} ${randomBytes(12).toString('hex')}`) as [string, string];
let program: SealedProgram;
let cluster: SealingCluster;

beforeAll(async () => {
  program = await SealedProgram.create(STATEMENTS, CHART);
  cluster = await SealingCluster.create();
  cluster.startAgent();
  await cluster.untilServing();
  await program.fairlead(cluster, ['seal', 'cert', CLUSTER]);
}, BUILD_TIMEOUT_MS);
afterAll(async () => {
  await cluster?.destroy();
  await program?.stop();
});

test(
  'a release takes its values from a Secret that was sealed, committed and unsealed, and acts at once on a new one',
  async () => {
    await seal(passwords[0]);
    await program.publish(cluster, 'The first password');
    await program.bootstrap(cluster);
    await shows(passwords[0]);

    await seal(passwords[1]);
    await program.publish(cluster, 'The second password');
    await program.announce(cluster);
    await shows(passwords[1]);
    // What was applied is seen before the release says so.
    await release('reader', (object) => isReady(object) && revisionOf(object) === 2);
  },
  TIMEOUT_MS,
);

test(
  'a release waits for a Secret that its values name, and goes on once somebody makes it',
  async () => {
    const waiting = await release('patient', (object) => conditionOf(object, 'Ready')?.reason === 'DependencyNotReady');
    expect(conditionOf(waiting, 'Ready')!.message).toContain('apps/later');
    await cluster.bed.kubectl(['create', '-f', '-'], { input: secretManifest(ENVIRONMENT, 'later', { password: Buffer.from('made by hand') }) });
    await release('patient', isReady);
  },
  TIMEOUT_MS,
);

test('nothing of what was sealed was told', async () => {
  const values = passwords.map((password) => Buffer.from(password));
  expect(await cluster.findPlaintext(values, { paths: [program.folder] })).toEqual([]);
});

function seal(password: string): Promise<string> {
  return program.seal(cluster, 'reader-values', { 'values.yaml': Buffer.from(`password: ${password}\n`) });
}

/** Waits until the ConfigMaps of both releases show the password's digest: of the one that waits for the Secret, and of the one that knows its name alone. */
async function shows(password: string): Promise<void> {
  const digest = createHash('sha256').update(password).digest('hex');
  for (const name of ['reader', 'unaware']) {
    await until(cluster.client, CONFIG_MAP, { namespace: ENVIRONMENT }, `${name} with digest ${digest}`, (maps) =>
      maps.find(({ metadata, data }) => metadata.name === name && (data as { digest?: string }).digest === digest),
    );
  }
}

function release(name: string, isIt: (object: KubeObject) => boolean): Promise<KubeObject> {
  return until(cluster.client, kinds.HelmRelease, { namespace: ENVIRONMENT }, `release ${name} as asked`, (found) =>
    found.find((object) => object.metadata.name === name && isIt(object)),
  );
}

function revisionOf({ status }: KubeObject): number | undefined {
  return (status as { history?: { version: number }[] }).history?.[0]?.version;
}
