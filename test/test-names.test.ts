import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { specifiersOf, typescriptBelow } from './support/specifiers';

const ROOT = join(__dirname, '..');
const COMMAND_LINE = join(__dirname, 'cli', 'compiled-cli.ts');

const files = new Set(['test', 'examples'].flatMap((folder) => typescriptBelow(join(ROOT, folder))));
const imported = new Map([...files].map((file) => [file, specifiersOf(readFileSync(file, 'utf8')).map((it) => `${resolve(dirname(file), it)}.ts`)]));

/** A file with all that it imports, and what that imports. */
function closure(file: string): ReadonlySet<string> {
  const found = new Set([file]);
  for (const one of found) for (const next of imported.get(one) ?? []) if (files.has(next)) found.add(next);
  return found;
}

test('a test that starts the command line is called so: each takes seconds, which who runs the unit tests does not wait for', () => {
  const starting = [...files].filter((file) => file.endsWith('.test.ts') && closure(file).has(COMMAND_LINE)).map((file) => relative(ROOT, file));
  expect(starting).toContain('test/cli/main.process.test.ts');
  expect(starting.filter((file) => !/\.(?:process|bed)\.test\.ts$/.test(file))).toEqual([]);
});
