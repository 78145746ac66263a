import type { AppliedObjects } from '../../../src/agent/apply/types';
import { TargetClusters } from '../../../src/agent/runtime/clusters';
import type { TargetOptions } from '../../../src/agent/runtime/types';
import type { RawKubeClient } from '../../../src/kube/client';

const REMOTE: TargetOptions = { kubeConfig: { namespace: 'dev', secretRef: { name: 'edge' } } };
const SOMEBODY = { serviceAccount: { namespace: 'dev', name: 'deployer' } };

const TOKEN = 'a-secret-token';
const kubeconfig = JSON.stringify({
  'current-context': 'here',
  contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
  clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
  users: [{ name: 'u', user: { token: TOKEN } }],
});

/** Clusters whose applied objects only note that they were closed. */
function clusters(known = '7', defaultServiceAccount?: string) {
  const closed: AppliedObjects[] = [];
  const secrets: string[] = [];
  let rotate: () => void = () => {};
  const own = {
    as: () => own,
    get: async () => ({ metadata: { resourceVersion: '7' }, data: { value: Buffer.from(kubeconfig).toString('base64') } }),
  } as unknown as RawKubeClient;
  const targets = new TargetClusters({
    own,
    requests: {},
    defaultServiceAccount,
    redactor: { add: (secret) => void secrets.push(secret) },
    createAppliedObjects: () => {
      const applied = { close: () => void closed.push(applied) } as unknown as AppliedObjects;
      return applied;
    },
    watchValues: (_ref, onChange, seen) => {
      rotate = onChange;
      if (seen !== known) onChange();
      return () => {};
    },
  });
  return { targets, closed, secrets, rotate: () => rotate() };
}

test('each cluster and identity has its objects once', async () => {
  const { targets } = clusters();
  const made = await Promise.all([{}, {}, SOMEBODY, REMOTE, { ...REMOTE, ...SOMEBODY }, REMOTE].map((options) => targets.for(options)));
  expect(made.map((one) => made.indexOf(one))).toEqual([0, 0, 2, 3, 4, 3]);
  await targets.close();
});

test('all are closed with it', async () => {
  const { targets, closed } = clusters();
  const made = await Promise.all([{}, SOMEBODY, REMOTE].map((options) => targets.for(options)));
  await targets.close();
  expect(closed).toEqual(made.map(({ applied }) => applied));
});

test('a new kubeconfig is another cluster, and what was applied by way of the old one is closed', async () => {
  const { targets, closed, rotate } = clusters();
  const [own, before, impersonated] = await Promise.all([{}, REMOTE, { ...REMOTE, ...SOMEBODY }].map((options) => targets.for(options)));
  rotate();
  const after = await targets.for(REMOTE);
  expect(after).not.toBe(before);
  expect(closed).toEqual([before.applied, impersonated.applied]);
  expect(await targets.for({})).toBe(own);
  await targets.close();
});

test('a kubeconfig that has changed since it was read is read again the next time', async () => {
  const { targets } = clusters('8');
  expect(await targets.for(REMOTE)).not.toBe(await targets.for(REMOTE));
  await targets.close();
});

test('the credentials of a kubeconfig are told to the redactor', async () => {
  const { targets, secrets } = clusters();
  await targets.for(REMOTE);
  expect(secrets).toEqual([TOKEN]);
  await targets.close();
});

test('who names no account acts as the default one of its namespace, where there is one', async () => {
  const { targets } = clusters('7', 'applier');
  const asked = [
    { namespace: 'dev' },
    { namespace: 'dev', serviceAccount: { namespace: 'dev', name: 'applier' } },
    { namespace: 'prod' },
    SOMEBODY,
    {},
  ];
  expect(asked.map((options) => targets.accountOf(options))).toEqual([
    { namespace: 'dev', name: 'applier' },
    { namespace: 'dev', name: 'applier' },
    { namespace: 'prod', name: 'applier' },
    { namespace: 'dev', name: 'deployer' },
    undefined,
  ]);
  const made = await Promise.all(asked.map((options) => targets.for(options)));
  expect(made.map((one) => made.indexOf(one))).toEqual([0, 0, 2, 3, 4]);
  expect(clusters().targets.accountOf({ namespace: 'dev' })).toBeUndefined();
  await targets.close();
});
