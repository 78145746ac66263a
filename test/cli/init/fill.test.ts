import fc from 'fast-check';
import { fill } from '../../../src/cli/init/fill';

test('blanks are filled in, wherever they stand and however often', () => {
  expect(fill("a('__NAME__')\n__NAME__-__OTHER_1__", { NAME: 'x', OTHER_1: 'y' })).toBe("a('x')\nx-y");
});

test('a line whose blank is empty is left out', () => {
  expect(fill('branch\n  directory: __DIRECTORY__,\nend', { DIRECTORY: '' })).toBe('branch\nend');
});

test('what is no blank of ours stays', () => {
  expect(fill('__dirname __FOREIGN__ {{ .Release.Name }}', { NAME: 'x' })).toBe('__dirname __FOREIGN__ {{ .Release.Name }}');
});

test('what is filled in is not looked at again', () => {
  fc.assert(fc.property(fc.string({ minLength: 1 }), (value) => fill('<__NAME__>', { NAME: value, OTHER: 'no' }) === `<${value}>`));
});
