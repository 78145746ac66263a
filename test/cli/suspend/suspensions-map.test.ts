import { endSuspension, readSuspensions, writeSuspension } from '../../../src/cli/suspend/suspensions-map';
import { SUSPENSIONS, type Suspension, suspensionKey } from '../../../src/model/suspension';
import { MemoryClient } from '../../kube/memory-client';

const NAMESPACE = 'flux-system';
const MAP = { group: '', version: 'v1', kind: 'ConfigMap', namespace: NAMESPACE, name: SUSPENSIONS };
const NOON = '2026-01-01T12:00:00.000Z';

function suspension(more: Partial<Suspension> = {}): Suspension {
  const of = { kind: 'Deployment', namespace: 'dev', name: 'podinfo' };
  return { of, by: 'alice', since: NOON, until: '2026-01-01T14:00:00.000Z', reason: 'hotfix', ...more };
}

test('a suspension is written, extended with its beginning kept, and ended', async () => {
  const client = new MemoryClient();
  expect(await writeSuspension(client, NAMESPACE, suspension())).toEqual(suspension());
  const later = suspension({ by: 'bob', since: '2026-01-01T13:00:00.000Z', until: '2026-01-01T16:00:00.000Z', reason: 'still' });
  expect(await writeSuspension(client, NAMESPACE, later)).toEqual({ ...later, since: NOON });
  expect(await readSuspensions(client, NAMESPACE, new Date(NOON))).toEqual([{ ...later, since: NOON }]);
  await endSuspension(client, NAMESPACE, later.of);
  expect(await readSuspensions(client, NAMESPACE, new Date(NOON))).toEqual([]);
});

test('one that is over is begun anew', async () => {
  const client = new MemoryClient();
  await writeSuspension(client, NAMESPACE, suspension());
  const next = suspension({ since: '2026-01-02T12:00:00.000Z', until: '2026-01-02T13:00:00.000Z' });
  expect(await writeSuspension(client, NAMESPACE, next)).toEqual(next);
});

test('what others write at the same moment stays', async () => {
  const client = new MemoryClient();
  const other = suspension({ of: { kind: 'Cluster', namespace: '', name: 'gke' } });
  await writeSuspension(client, NAMESPACE, other);
  let raced = false;
  client.before = (request) => {
    if (raced || !request.startsWith('patch ')) return;
    raced = true;
    client.edit(MAP, {
      data: {
        [suspensionKey({ kind: 'HelmRelease', namespace: 'dev', name: 'x' })]: JSON.stringify(
          suspension({ of: { kind: 'HelmRelease', namespace: 'dev', name: 'x' } }),
        ),
      },
    });
  };
  await writeSuspension(client, NAMESPACE, suspension());
  expect((await readSuspensions(client, NAMESPACE, new Date(NOON))).map(({ of }) => of.kind).sort()).toEqual([
    'Cluster',
    'Deployment',
    'HelmRelease',
  ]);
});

test('whoever is never the quicker one is told', async () => {
  const client = new MemoryClient();
  await writeSuspension(client, NAMESPACE, suspension());
  let count = 0;
  client.before = (request) => {
    if (request.startsWith('patch ')) client.edit(MAP, { metadata: { annotations: { count: String(++count) } } });
  };
  await expect(writeSuspension(client, NAMESPACE, suspension())).rejects.toMatchObject({
    code: 'FL7553',
    message: expect.stringContaining('flux-system/fairlead-suspensions'),
  });
});
