import fc from 'fast-check';
import { REDACTED, Redactor } from '../../src/common/redactor';

test('a known value is blanked wherever it stands, in every usual encoding', () => {
  const redactor = new Redactor();
  redactor.add('p"ss w/rd');
  const text = ['p"ss w/rd', JSON.stringify({ a: 'p"ss w/rd' }), encodeURIComponent('p"ss w/rd'), Buffer.from('p"ss w/rd').toString('base64')].join(
    ' and ',
  );
  expect(redactor.redact(text)).toBe(`${REDACTED} and {"a":"${REDACTED}"} and ${REDACTED} and ${REDACTED}`);
});

test('of two values that begin alike the longer is blanked whole', () => {
  const redactor = new Redactor();
  redactor.add('secret');
  redactor.add('secret-token');
  expect(redactor.redact('a secret-token, a secret')).toBe(`a ${REDACTED}, a ${REDACTED}`);
});

test('long lines of a known value are blanked by themselves', () => {
  const redactor = new Redactor();
  redactor.add('-----BEGIN X-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END X-----\n');
  expect(redactor.redact('line MIIEvQIBADANBgkqhkiG9w0BAQEFAASC')).toBe(`line ${REDACTED}`);
});

test('short values are left, or every text would be full of holes', () => {
  const redactor = new Redactor();
  redactor.add('admin');
  expect(redactor.redact('the admin')).toBe('the admin');
});

test.each([
  ['https://user:hunter2@git.example.com/a', `https://${REDACTED}@git.example.com/a`],
  ['Authorization: Bearer abc.def-ghi', `Authorization: Bearer ${REDACTED}`],
  ['ssh://git@github.com/acme/a', 'ssh://git@github.com/acme/a'],
  ['-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----', REDACTED],
  ['-----BEGIN PRIVATE KEY-----\ncut off', REDACTED],
])('credentials that nobody told of: %s', (text, expected) => {
  expect(new Redactor().redact(text)).toBe(expected);
});

test('no known value survives in any text', () => {
  const secret = fc.string({ minLength: 6, maxLength: 20 }).filter((text) => text.trim().length >= 6 && !REDACTED.includes(text));
  fc.assert(
    fc.property(fc.array(secret, { minLength: 1, maxLength: 5 }), fc.array(fc.string(), { maxLength: 5 }), (secrets, between) => {
      const redactor = new Redactor();
      for (const one of secrets) redactor.add(one);
      const text = between.flatMap((part, at) => [part, secrets[at % secrets.length]!.trim()]).join(' ');
      const redacted = redactor.redact(text);
      // What is left between the holes holds none; a hole itself is never part of one.
      for (const part of redacted.split(REDACTED)) for (const one of secrets) expect(part).not.toContain(one.trim());
    }),
  );
});
