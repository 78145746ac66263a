import { extractTemplate, type Groups } from '../../src/images/extract-template';

const groups: Groups = { number: (index) => ['whole', 'one', undefined][index], name: (name) => ({ ts: '42', '1x': 'odd' })[name] };

test.each([
  ['$ts', '42'],
  [`\${ts}x`, '42x'],
  ['$tsx', ''],
  ['$1', 'one'],
  ['$1x', 'odd'],
  [`\${1}x`, 'onex'],
  ['$0-$1', 'whole-one'],
  ['$2.$3.$none', '..'],
  ['$01', ''],
  ['$$1', '$1'],
  ['$', '$'],
  ['$-', '$-'],
  [`\${`, `\${`],
  [`\${}`, `\${}`],
  [`\${ts`, `\${ts`],
  [`\${t-s}`, `\${t-s}`],
  ['$$$ts', '$42'],
  ['plain', 'plain'],
])('%j gives %j, as in Go', (template, expected) => expect(extractTemplate(template)(groups)).toBe(expected));
