import fc from 'fast-check';
import { fieldOf, spliceJson } from '../../src/objects/json-splice';

const splice = (json: string, changes: Parameters<typeof spliceJson>[1]) => spliceJson(Buffer.from(json), changes).toString();

test('a field is changed, added or left out, and every other byte stays', () => {
  const json = '{"big":9007199254740993,"a":{"x":[1.50,"}"]},"text":"\\u00e9\\"","end":-1e5}';
  expect(splice(json, { a: () => '{}' })).toBe('{"big":9007199254740993,"a":{},"text":"\\u00e9\\"","end":-1e5}');
  expect(splice(json, { a: () => undefined })).toBe('{"big":9007199254740993,"text":"\\u00e9\\"","end":-1e5}');
  expect(splice(json, { new: (before) => (before === undefined ? 'true' : 'false') })).toBe(`${json.slice(0, -1)},"new":true}`);
  expect(splice(json, { new: () => undefined })).toBe(json);
  expect(splice('{}', { a: () => '1' })).toBe('{"a":1}');
});

test('any object, however it is laid out, stays the same but for the field', () => {
  const key = fc.string();
  const values = fc.dictionary(key, fc.jsonValue(), { noNullPrototype: true });
  fc.assert(
    fc.property(values, key, fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (object, field, value, indent) => {
      fc.pre(field !== '__proto__' && !Object.hasOwn(object, '__proto__'));
      const text = JSON.stringify(object, undefined, indent);
      const plain = JSON.parse(text);
      expect(JSON.parse(splice(text, { [field]: () => JSON.stringify(value) }))).toEqual({ ...plain, [field]: JSON.parse(JSON.stringify(value)) });
      expect(JSON.parse(fieldOf(Buffer.from(text), field) ?? 'null')).toEqual(Object.hasOwn(plain, field) ? plain[field] : null);
      const { [field]: _, ...rest } = plain;
      expect(JSON.parse(splice(text, { [field]: () => undefined }))).toEqual(rest);
    }),
  );
});
