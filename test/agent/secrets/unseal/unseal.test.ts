import { ValueOpener } from '../../../../src/agent/secrets/unseal/open-values';
import { refusalOf } from '../../../../src/agent/secrets/unseal/refusal';
import { unseal } from '../../../../src/agent/secrets/unseal/unseal';
import { errors } from '../../../../src/common/errors';
import { StatusError } from '../../../../src/kube/status-error';
import type { Engine } from '../../../../src/render/types';
import type { SealedSecret, SecretTemplate } from '../../../../src/seal/sealed-secret';
import { sealed as reconciled, sealingKey, TestRing } from '../sealed-secrets-world';

const PLAINTEXT = 'correct-horse-battery';
const key = sealingKey();
const ring = new TestRing([key]);
const opener = new ValueOpener();
afterAll(() => opener.close());

const sealed = (template: SecretTemplate) => reconciled('a', { password: PLAINTEXT, user: 'anna' }, { key, template }) as unknown as SealedSecret;
const engineThat = (secretTemplates: Engine['secretTemplates']) => ({ secretTemplates });
const made = (template: SecretTemplate, engine: Pick<Engine, 'secretTemplates'>) => unseal(sealed(template), ring, opener, engine);
const idle = engineThat(() => Promise.reject(new Error('nobody asked for templates')));

test('templates see the opened values, and win over them', async () => {
  const engine = engineThat(async (templates, values) => new Map([['user', Buffer.from(`${templates.user} ${values.get('user')}`)]]));
  const { data } = await made({ data: { user: 'by template' } }, engine);
  expect(data).toEqual({ password: Buffer.from(PLAINTEXT).toString('base64'), user: Buffer.from('by template anna').toString('base64') });
  expect(Object.keys((await made({ data: {} }, idle)).data)).toEqual(['password', 'user']);
});

test('a crash of the engine that quotes values tells none, and is no verdict on the template', async () => {
  const engine = engineThat(() => Promise.reject(errors.EngineCrashed({ op: 'secretTemplates', reason: `panic: ${PLAINTEXT}` })));
  const error = await made({ data: { url: 'x' } }, engine).catch((thrown: Error) => thrown);
  expect(String(error)).toMatch(/FL8109.*panic: \*\*\*/);
});

test('of ten thousand templates that are wrong some are told', async () => {
  const engine = engineThat(() => Promise.reject(errors.SecretTemplateInvalid({ message: 'x'.repeat(1_000_000) })));
  const error = await made({ data: { url: 'x' } }, engine).catch((thrown: Error) => thrown);
  expect(errors.SecretTemplateInvalid.is(error)).toBe(true);
  expect(String(error).length).toBeLessThan(3000);
});

test('what is not allowed is not even opened', async () => {
  const opening = jest.spyOn(opener, 'open');
  await expect(made({ type: 'kubernetes.io/service-account-token' }, idle)).rejects.toThrow('FL8104');
  expect(opening).not.toHaveBeenCalled();
});

test('a webhook that quotes what it was sent is passed on without it', async () => {
  const secret = await made({}, idle);
  const encoded = Buffer.from(PLAINTEXT).toString('base64');
  const said = { message: `admission denied: password "${PLAINTEXT}" (${encoded}) is weak`, reason: 'Forbidden' };
  const { message } = refusalOf(new StatusError('Secret/a', 403, said), sealed({}), secret);
  expect(message).toBe('FL8108: the API server did not take Secret default/a: Forbidden: admission denied: password "***" (***) is weak');
});
