import { planInit } from '../../../src/cli/init/plan-init';

const plan = (path: string, text: string, before?: string) => planInit([{ path, text }], () => before)[0];

test('what is not there is written', () => {
  expect(plan('main.ts', 'new\n')).toEqual({ path: 'main.ts', does: 'write', edit: { path: 'main.ts', text: 'new\n', before: null } });
});

test('what is there is left, and it is said whether it differs', () => {
  expect(plan('main.ts', 'new\n', 'old\n')).toEqual({ path: 'main.ts', does: 'leave', detail: 'it was there before' });
  expect(plan('main.ts', 'new\n', 'new\n')).toEqual({ path: 'main.ts', does: 'leave', detail: 'as it would be written' });
});

test.each([
  ['k8s/.gitignore', '!/dist/\n', 'dist\n', 'dist\n!/dist/\n'],
  ['.gitattributes', 'dist/** linguist-generated\n', '', 'dist/** linguist-generated\n'],
])('%s gets the lines it lacks', (path, text, before, after) => {
  expect(plan(path, text, before)).toMatchObject({ does: 'merge', detail: `added ${text.trim()}`, edit: { path, text: after, before } });
});

test('a package.json that cannot be read is left', () => {
  expect(plan('package.json', '{}', '{,}')).toEqual({ path: 'package.json', does: 'leave', detail: 'it cannot be read' });
});
