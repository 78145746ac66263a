import fc from 'fast-check';
import { maskSecret } from '../../src/objects/mask';

const secret = (fields: object) => ({ group: '', kind: 'Secret', json: Buffer.from(JSON.stringify(fields)) });

test('values do not reach a message, plain or encoded, from data or stringData', () => {
  const manifest = secret({ data: { a: Buffer.from('hunter2').toString('base64'), bad: 'not base64!' }, stringData: { b: 'swordfish', n: 1234 } });
  const encoded = Buffer.from('hunter2').toString('base64');
  expect(maskSecret(`hunter2 ${encoded} not base64! swordfish ${Buffer.from('swordfish').toString('base64')} 1234`, manifest)).toBe(
    '*** *** *** *** *** ***',
  );
});

test('no value survives, even where one is part of another', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z0-9]{3,12}$/), { minLength: 1, maxLength: 4 }), (values) => {
      const masked = maskSecret(values.join(' and '), secret({ stringData: Object.fromEntries(values.entries()) }));
      for (const value of values) if (!'and'.includes(value)) expect(masked).not.toContain(value);
    }),
  );
});

test('messages of other kinds stay as they are', () => {
  expect(maskSecret('value is bad', { group: '', kind: 'ConfigMap', json: Buffer.from('{"data":{"a":"value"}}') })).toBe('value is bad');
  expect(maskSecret('value is bad', secret({}))).toBe('value is bad');
});
