import { annotations } from '../../src/model/labels';
import { createSealingKey } from '../../src/seal/create-key';
import { keySecret } from '../../src/seal/key-secret';
import { lacksBackup, parseSealingKey } from '../../src/seal/sealing-key';

test('a key lacks a backup until one is stamped that is not older than the key', async () => {
  const secret = keySecret(await createSealingKey({ bits: 2048 }), { namespace: 'kube-system', name: 'a' });
  const stamped = (at: Record<string, string>) => parseSealingKey({ ...secret, metadata: { ...secret.metadata, annotations: at } });
  const { notBefore } = stamped({});
  const stamps = [undefined, 'yesterday', new Date(+notBefore - 1000).toISOString(), notBefore.toISOString()];
  const lacking = stamps.map((at) => lacksBackup(stamped(at === undefined ? {} : { [annotations.backedUpAt]: at })));
  expect(lacking).toEqual([true, true, true, false]);
});

test('a key that was restored into a Secret younger than its stamp has its backup still', async () => {
  const { metadata, ...rest } = keySecret(await createSealingKey({ bits: 2048 }), { namespace: 'kube-system', name: 'a' });
  const at = new Date(Date.now() + 60_000).toISOString();
  const restored = { ...metadata, creationTimestamp: '2999-01-01T00:00:00Z', annotations: { [annotations.backedUpAt]: at } };
  expect(lacksBackup(parseSealingKey({ ...rest, metadata: restored }))).toBe(false);
});
