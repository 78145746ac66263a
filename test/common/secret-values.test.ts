import { Redactor } from '../../src/common/redactor';
import { certificatesIn, decodeSecret, isHalf, proxyIn, secretsIn } from '../../src/common/secret-values';

test('values of a Secret are decoded', () => {
  expect(decodeSecret({ username: Buffer.from('me').toString('base64') })).toEqual({ username: 'me' });
  expect(decodeSecret(undefined)).toEqual({});
});

test.each([
  [{ 'ca.crt': 'A', 'tls.crt': 'C', 'tls.key': 'K' }],
  [{ caFile: 'A', certFile: 'C', keyFile: 'K' }],
  [{ caFile: 'old', 'ca.crt': 'A', 'tls.crt': 'C', keyFile: 'K' }],
])('%j are certificates', (values: Record<string, string>) => {
  expect(certificatesIn(values)).toEqual({ certificateAuthority: 'A', clientCertificate: 'C', clientKey: 'K' });
});

test.each([
  [{}, false],
  [{ 'ca.crt': 'A' }, false],
  [{ 'tls.crt': 'C' }, true],
  [{ 'tls.key': 'K' }, true],
  [{ 'tls.crt': 'C', 'tls.key': 'K' }, false],
])('%j has half of a client certificate: %s', (values: Record<string, string>, expected) => {
  expect(isHalf(certificatesIn(values))).toBe(expected);
});

test.each([
  [{ address: 'http://proxy:3128' }, 'http://proxy:3128/'],
  [{ address: 'http://proxy:3128', username: 'me', password: 'p@:w' }, 'http://me:p%40%3Aw@proxy:3128/'],
  [{ address: 'proxy' }, undefined],
  [{}, undefined],
])('the proxy of %j is %s', (values: Record<string, string>, expected) => expect(proxyIn(values)).toBe(expected));

test('whatever lets us in reaches no output, in any form it travels in', () => {
  const proxy = proxyIn({ address: 'http://proxy:3128', username: 'me', password: 'of%the proxy' }) as string;
  const access = { username: 'me', password: 'pass word', bearerToken: 'bearer-token', identityToken: 'refresh-token', identity: 'ssh-key', proxy };
  const redactor = new Redactor();
  for (const secret of secretsIn({ ...access, passphrase: 'pass-phrase', clientKey: 'client-key' })) redactor.add(secret);
  const basic = Buffer.from('me:pass word').toString('base64');
  const text = ['pass word', basic, 'bearer-token', 'refresh-token', 'ssh-key', 'pass-phrase', 'client-key', 'of%the proxy', 'of%25the%20proxy'];
  expect(redactor.redact(text.join(' | '))).toBe(text.map(() => '***').join(' | '));
});

test('of somebody who is nobody there is nothing to hide', () => {
  expect(secretsIn({ username: 'me' })).toEqual([]);
});
