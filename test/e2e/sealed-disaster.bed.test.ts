import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fingerprintOf } from '../../src/seal/fingerprint';
import { SCOPES } from '../../src/seal/scope';
import { type KeySecret, parseSealingKey } from '../../src/seal/sealing-key';
import { BUILD_TIMEOUT_MS } from '../support/bed';
import { CLUSTER, ENVIRONMENT, SealedProgram } from '../support/sealed-program';
import { digestsOf, someValues, untilSecret, untilSynced, type Values } from '../support/sealed-values';
import { SealingCluster } from '../support/sealing-cluster';

const PASSPHRASE = 'twelve horses and a battery';
const TIMEOUT_MS = 300_000;

/** Secrets by their name. */
const secrets = new Map<string, Values>(SCOPES.map((scope) => [scope, someValues({ large: scope === 'strict' })]));

let program: SealedProgram;
let folder: string;
let backup: string;
/** Last commit before the disaster. */
let commit: string;
let fingerprints: readonly string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealed-disaster-'));
  backup = join(folder, 'keys.age');
  program = await SealedProgram.create([...secrets.keys()].map((name) => `new SealedSecret(apps, '${name}');`).join('\n'));
  await losesItsCluster();
}, BUILD_TIMEOUT_MS);
afterAll(async () => {
  await program?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

test(
  'a new cluster that is given its keys before its agent starts has every Secret back, and no key more',
  async () => {
    const cluster = await SealingCluster.create();
    try {
      await restore(cluster);
      cluster.startAgent();
      await program.bootstrap(cluster);
      await hasEverything(cluster);
    } finally {
      await cluster.destroy();
    }
  },
  TIMEOUT_MS,
);

test(
  'an agent that waits for the first key makes none, and unseals everything once the keys are restored',
  async () => {
    const cluster = await SealingCluster.create();
    try {
      cluster.startAgent('--first-sealing-key=wait');
      await program.bootstrap(cluster);
      for (const name of secrets.keys()) expect(await untilSynced(cluster.client, ENVIRONMENT, name, 'False')).toContain('key');
      expect(await cluster.keys()).toEqual([]);
      await restore(cluster);
      await hasEverything(cluster);
    } finally {
      await cluster.destroy();
    }
  },
  TIMEOUT_MS,
);

test(
  'a cluster that made a key of its own is told what is lost, and has everything back once the keys are restored',
  async () => {
    const cluster = await SealingCluster.create();
    try {
      cluster.startAgent();
      await program.bootstrap(cluster);
      await cluster.untilServing();
      const own = await fingerprintsOf(cluster);
      const lost = await program.fairlead(cluster, ['seal', 'verify', '--lost', CLUSTER]).then(
        () => 'nothing',
        (error: Error) => error.message,
      );
      for (const name of secrets.keys()) expect(lost).toContain(`fairlead seal ${CLUSTER}/${ENVIRONMENT}/${name}`);
      await restore(cluster);
      await unsealed(cluster);
      expect(new Set(await fingerprintsOf(cluster))).toEqual(new Set([...own, ...fingerprints]));
      await nothingWasTold(cluster);
    } finally {
      await cluster.destroy();
    }
  },
  TIMEOUT_MS,
);

/** Seals, commits and backs up; then the cluster is gone. */
async function losesItsCluster(): Promise<void> {
  const cluster = await SealingCluster.create();
  try {
    cluster.startAgent();
    await cluster.untilServing();
    await program.fairlead(cluster, ['seal', 'cert', CLUSTER]);
    for (const [name, values] of secrets) await program.seal(cluster, name, values, '--scope', name);
    commit = await program.publish(cluster, 'Secrets');
    await program.bootstrap(cluster);
    await program.applied(cluster, commit);
    await unsealed(cluster);
    await program.fairlead(cluster, ['seal', 'verify', CLUSTER]);
    await program.fairlead(cluster, ['seal', 'backup', '-o', backup], { env: { FAIRLEAD_PASSPHRASE: PASSPHRASE } });
    fingerprints = await fingerprintsOf(cluster);
    expect(fingerprints).toHaveLength(1);
    await nothingWasTold(cluster);
  } finally {
    await cluster.destroy();
  }
}

async function restore(cluster: SealingCluster): Promise<void> {
  await program.fairlead(cluster, ['seal', 'restore', backup], { env: { FAIRLEAD_PASSPHRASE: PASSPHRASE } });
}

async function hasEverything(cluster: SealingCluster): Promise<void> {
  await program.applied(cluster, commit);
  await unsealed(cluster);
  expect(await fingerprintsOf(cluster)).toEqual(fingerprints);
  await program.fairlead(cluster, ['seal', 'verify', CLUSTER]);
  expect(await program.git('status', '--porcelain')).toBe('');
  await nothingWasTold(cluster);
}

async function unsealed(cluster: SealingCluster): Promise<void> {
  for (const [name, values] of secrets) {
    await untilSynced(cluster.client, ENVIRONMENT, name);
    expect(digestsOf(await untilSecret(cluster.client, ENVIRONMENT, name))).toEqual(digestsOf(values));
  }
}

async function fingerprintsOf(cluster: SealingCluster): Promise<string[]> {
  return (await cluster.keys()).map((secret) => fingerprintOf(parseSealingKey(secret as KeySecret).publicKey));
}

async function nothingWasTold(cluster: SealingCluster): Promise<void> {
  const values = [...secrets.values()].flatMap((one) => Object.values(one));
  expect(await cluster.findPlaintext([...values, Buffer.from(PASSPHRASE)], { paths: [program.folder, folder] })).toEqual([]);
}
