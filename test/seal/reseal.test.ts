import { generateKeyPairSync } from 'node:crypto';
import { reseal } from '../../src/seal/reseal';
import { labelFor, SCOPES } from '../../src/seal/scope';
import { openValue, parseSealedValue, sealValue } from '../../src/seal/sealed-value';
import { privateKey, publicKey } from './vectors';

const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
const value = Buffer.from([0, 255, ...Buffer.from('some value')]);

test.each(SCOPES)('a value is sealed for the new key under the label it had: %s', (scope) => {
  const label = labelFor(scope, 'a', 'b');
  const sealed = parseSealedValue(sealValue(value, publicKey, label))!;
  const anew = parseSealedValue(reseal(sealed, [other.privateKey, privateKey], other.publicKey, label)!)!;
  expect(openValue(anew, other.privateKey, label)).toEqual(value);
  expect(openValue(anew, privateKey, label)).toBeUndefined();
  for (const wider of SCOPES.filter((one) => one !== scope)) expect(openValue(anew, other.privateKey, labelFor(wider, 'a', 'b'))).toBeUndefined();
});

// CVE-2026-22728: what is asked for was sealed for one place, and would be for another.
test.each(SCOPES)('a value of scope %s cannot be sealed anew under another label', (scope) => {
  const sealed = parseSealedValue(sealValue(value, publicKey, labelFor(scope, 'a', 'b')))!;
  const others = [...SCOPES.filter((one) => one !== scope).map((one) => labelFor(one, 'a', 'b')), Buffer.from('x/b'), Buffer.from('x')];
  expect(others.map((label) => reseal(sealed, [privateKey], other.publicKey, label))).toEqual(others.map(() => undefined));
});

test('without its key a value stays as it is', () => {
  const sealed = parseSealedValue(sealValue(value, publicKey, Buffer.alloc(0)))!;
  expect(reseal(sealed, [], other.publicKey, Buffer.alloc(0))).toBeUndefined();
  expect(reseal(sealed, [other.privateKey], other.publicKey, Buffer.alloc(0))).toBeUndefined();
});
