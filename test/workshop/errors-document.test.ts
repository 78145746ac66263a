import { readFileSync } from 'node:fs';
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
