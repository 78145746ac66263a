import fc from 'fast-check';
import { compareBytes } from '../../src/images/byte-order';

test('strings compare as their bytes do', () => {
  const text = fc.string({ unit: 'grapheme' });
  fc.assert(fc.property(text, text, (a, b) => expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))));
});

test('what is above the basic plane comes after all below', () => expect(compareBytes('\u{1f600}', '\uffee')).toBeGreaterThan(0));
