import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorsDocument } from '../../scripts/errors-document';
import { errors } from '../../src/common/errors';

test('docs/errors.md is what the table says', () => {
  expect(readFileSync(join(__dirname, '../../docs/errors.md'), 'utf8')).toBe(errorsDocument());
});

test('every error has its section in the document', () => {
  const document = errorsDocument();
  for (const error of Object.values(errors)) expect(document).toContain(`| ${error.code} |`);
});

test('every error can be raised', () => {
  const src = join(__dirname, '../../src');
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const text = files.map((file) => readFileSync(join(src, file), 'utf8')).join('\n');
  expect(Object.keys(errors).filter((name) => !new RegExp(`errors\\.${name}\\b`).test(text))).toEqual([]);
});
