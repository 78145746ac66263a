import { secretOf } from '../../../../src/agent/secrets/unseal/unsealed-secret';
import { writeSecret } from '../../../../src/agent/secrets/written/write-secret';
import { StatusError } from '../../../../src/kube/status-error';
import type { KubeClient } from '../../../../src/kube/types';
import type { KubeObject } from '../../../../src/model/object';
import type { SealedSecret, SecretTemplate } from '../../../../src/seal/sealed-secret';

const sealed = (template: SecretTemplate = {}): SealedSecret => ({
  apiVersion: 'bitnami.com/v1alpha1',
  kind: 'SealedSecret',
  metadata: { name: 'a', namespace: 'b', uid: 'u' },
  spec: { encryptedData: { password: 'x' }, template },
});
const wanted = (template?: SecretTemplate) => secretOf(sealed(template), new Map([['password', Buffer.from('y')]]));
const refusal = (status: number, reason: string) => new StatusError('Secret/b/a', status, { reason, message: reason });

/** A server with one Secret, or none; `refuse` is asked before every request. */
function server(live: KubeObject | undefined, refuse: (verb: string, count: number) => Error | undefined = () => undefined) {
  const sent: string[] = [];
  const answer = (verb: string, result?: unknown) => {
    const refused = refuse(verb, sent.push(verb));
    return refused === undefined ? Promise.resolve(result) : Promise.reject(refused);
  };
  const client = {
    get: () => answer('get', live),
    create: (secret: KubeObject) => answer('create', secret),
    replace: (secret: KubeObject) => answer('replace', secret),
    delete: (_: unknown, { uid }: { uid?: string }) => answer(`delete ${uid}`, true),
    apply: ({ name }: { name: string }, _: string, { dryRun }: { dryRun?: boolean }) => answer(`apply ${name} ${dryRun}`),
  } as unknown as KubeClient;
  return { client, sent };
}

const live = (more: object = {}) => ({ ...wanted(), ...more, metadata: { ...wanted().metadata, uid: 'live', resourceVersion: '1' } });

test('what was not there is made with one request', async () => {
  const { client, sent } = server(undefined);
  expect([await writeSecret(client, sealed(), wanted(), false), sent]).toEqual([true, ['create']]);
});

test('what turns out to be there after all is read and changed', async () => {
  const { client, sent } = server(live(), (verb) => (verb === 'create' ? refusal(409, 'AlreadyExists') : undefined));
  expect([await writeSecret(client, sealed(), wanted(), false), sent]).toEqual([true, ['create', 'get', 'replace']]);
});

test('what changed meanwhile is read anew, though not for ever', async () => {
  const once = server(live(), (verb, count) => (verb === 'replace' && count < 3 ? refusal(409, 'Conflict') : undefined));
  await writeSecret(once.client, sealed(), wanted(), true);
  expect(once.sent).toEqual(['get', 'replace', 'get', 'replace']);
  const always = server(live(), (verb) => (verb === 'replace' ? refusal(409, 'Conflict') : undefined));
  await expect(writeSecret(always.client, sealed(), wanted(), true)).rejects.toThrow('Conflict');
  expect(always.sent).toHaveLength(10);
});

test('of another type it is made anew, that very one deleted, once the server would take it', async () => {
  const template = { type: 'x/y' };
  const { client, sent } = server(live());
  expect(await writeSecret(client, sealed(template), wanted(template), true)).toBe(true);
  expect(sent).toEqual(['get', 'apply a.fairlead true', 'delete live', 'create']);
  const refusing = server(live(), (verb) => (verb.startsWith('apply') ? refusal(422, 'Invalid') : undefined));
  await expect(writeSecret(refusing.client, sealed(template), wanted(template), true)).rejects.toThrow('Invalid');
  expect(refusing.sent).toEqual(['get', 'apply a.fairlead true']);
});

test('by somebody’s leave alone, of another type, or immutable, it is left', async () => {
  const template = { type: 'x/y' };
  const lent = { ...live(), metadata: { ...live().metadata, ownerReferences: [], annotations: { 'sealedsecrets.bitnami.com/managed': 'true' } } };
  for (const [there, code] of [
    [lent, 'FL8107'],
    [live({ immutable: true }), 'FL8106'],
  ] as const) {
    const { client, sent } = server(there);
    await expect(writeSecret(client, sealed(template), wanted(template), true)).rejects.toThrow(code);
    expect(sent).toEqual(['get']);
  }
});
