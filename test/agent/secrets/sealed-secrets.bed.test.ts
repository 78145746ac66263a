import { BUILD_TIMEOUT_MS, useBed } from '../../support/bed';
import { SealedSecretsWorld, sealed, sealingKey, TestRing } from './sealed-secrets-world';

const key = sealingKey();
const ring = new TestRing([key]);
const engine = { secretTemplates: async () => new Map<string, Buffer>() };

let world: SealedSecretsWorld;
afterAll(() => world?.stop());
const bed = useBed({ controllers: false, scheduler: false, kwok: false, registry: false, git: false });
beforeAll(async () => {
  world = await SealedSecretsWorld.start(bed(), ring, engine);
}, BUILD_TIMEOUT_MS);

test('a SealedSecret becomes a Secret', async () => {
  await world.apply(sealed('first', { password: 'hunter2' }, { key }));
  const secret = await world.secret('first');
  expect(secret).toMatchObject({
    type: 'Opaque',
    data: { password: Buffer.from('hunter2').toString('base64') },
    metadata: { ownerReferences: [{ kind: 'SealedSecret', name: 'first', controller: true }] },
  });
  expect(await world.synced('first', ({ status }) => status === 'True')).toMatchObject({ reason: 'Unsealed' });
    JSON.stringify(await world.client.get({ group: 'bitnami.com', version: 'v1alpha1', kind: 'SealedSecret', namespace: 'default', name: 'first' })),
  );
});
