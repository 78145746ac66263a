import { readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { specifiersOf, typescriptBelow } from './support/specifiers';

const SOURCE = join(__dirname, '..', 'src');
const GENERATED = `constructs${sep}imports${sep}`;
const AGENT = `agent${sep}`;
const MAX_BYTES = 15 * 1024;
// One list with one line per entry is one idea, however long.
const LISTS = ['common/errors.ts'];

// What a room may import besides itself (design: "the house").
const adapters = ['kube', 'git', 'oci'];
const allowed: { readonly [room: string]: readonly string[] } = {
  index: ['constructs', 'validate'],
  constructs: ['synth', 'install', 'images', 'seal', 'model', 'common'],
  synth: ['render', 'seal', 'objects', 'model', 'common'],
  cli: [
    'index',
    'constructs',
    'synth',
    'agent',
    'testbed',
    'validate',
    'preview',
    'install',
    'render',
    ...adapters,
    'objects',
    'images',
    'seal',
    'model',
    'common',
  ],
  agent: ['install', 'render', ...adapters, 'objects', 'images', 'seal', 'model', 'common'],
  validate: ['preview', 'render', 'objects', 'images', 'model', 'common'],
  preview: ['render', 'git', 'oci', 'objects', 'model', 'common'],
  install: ['model', 'common'],
  testbed: [...adapters, 'common'],
  render: ['model', 'common'],
  kube: ['model', 'common'],
  git: ['model', 'common'],
  oci: ['model', 'common'],
  objects: ['model', 'common'],
  images: ['model', 'common'],
  seal: ['model', 'common'],
  model: [],
  common: [],
};

// Inside the agent: what every reconciler stands on knows none of them, and they do not know one another. Types are shared with apply.
const allowedInAgent: { readonly [room: string]: readonly string[] } = {
  main: ['apply', 'helm', 'image', 'kustomize', 'ready', 'runtime', 'secrets', 'source', 'start'],
  apply: ['runtime'],
  runtime: ['apply'],
  source: ['runtime'],
  kustomize: ['apply', 'runtime', 'source'],
  helm: ['apply', 'runtime', 'source'],
  image: ['runtime', 'source'],
  secrets: ['runtime'],
  start: ['runtime', 'source'],
  ready: ['runtime', 'source'],
};

// Only what users build with and what prints it know the construct tree.
const libraries: { readonly [library: string]: readonly string[] } = {
  cdk8s: ['index', 'constructs', 'synth'],
  constructs: ['index', 'constructs', 'synth'],
  'cdk8s-plus-27': [],
};

interface Import {
  readonly from: string;
  readonly specifier: string;
}

const files = typescriptBelow(SOURCE).map((path) => relative(SOURCE, path));
const imports = files.flatMap((from) => specifiersOf(readFileSync(join(SOURCE, from), 'utf8')).map((specifier): Import => ({ from, specifier })));

test('every import follows the arrows between rooms', () => {
  expect(
    imports
      .filter((it) => it.specifier.startsWith('.'))
      .filter((it) => !isAllowed(it))
      .map(describeImport),
  ).toEqual([]);
});

test('every import follows the arrows inside the agent', () => {
  const wrong = imports.filter(
    ({ from, specifier }) => from.startsWith(AGENT) && specifier.startsWith('.') && !isAllowedInAgent({ from, specifier }),
  );
  expect(wrong.map(describeImport)).toEqual([]);
});

test('only constructs and synth know the construct tree', () => {
  const wrong = imports.filter(({ from, specifier }) => libraries[specifier.split('/')[0]]?.includes(roomOf(from)) === false);
  expect(wrong.map(describeImport)).toEqual([]);
});

test(`no file is past ${MAX_BYTES / 1024} kB, which is two ideas`, () => {
  const large = files.filter((file) => !file.startsWith(GENERATED) && !LISTS.includes(file) && statSync(join(SOURCE, file)).size > MAX_BYTES);
  expect(large).toEqual([]);
});

test.each([
  ["import { a } from './a';", ['./a']],
  ["import type { A } from './a';\nexport * from '../b/b';", ['./a', '../b/b']],
  ["import {\n  a,\n  b,\n} from './a';", ['./a']],
  ["import './a'; const b = require('../b') as typeof import('../c');", ['./a', '../b', '../c']],
  ["const a = await import('./a'); // import './not'", ['./a']],
  ["/** import { a } from './not' */\nconst text = \"it's\";\nimport a = require('./a');", ['./a']],
])('imports are read from %j', (text, expected) => expect(specifiersOf(text).sort()).toEqual([...expected].sort()));

test('an import against the arrows is noticed', () => {
  expect(isAllowed({ from: 'model/kinds.ts', specifier: '../common/errors' })).toBe(false);
  expect(isAllowed({ from: 'synth/yaml.ts', specifier: '../constructs/layer' })).toBe(false);
  expect(isAllowed({ from: 'cli/main.ts', specifier: '../../package.json' })).toBe(true);
  expect(isAllowed({ from: 'agent/helm/a.ts', specifier: '../runtime/types' })).toBe(true);
  expect(isAllowedInAgent({ from: 'agent/helm/a.ts', specifier: '../runtime/types' })).toBe(true);
  expect(isAllowedInAgent({ from: 'agent/helm/a.ts', specifier: '../kustomize/history' })).toBe(false);
});

function isAllowed({ from, specifier }: Import): boolean {
  const target = relative(SOURCE, resolve(SOURCE, dirname(from), specifier));
  if (target.startsWith('..')) return !target.startsWith(join('..', 'test'));
  const [room, other] = [roomOf(from), roomOf(target)];
  return room === other || (allowed[room]?.includes(other) ?? false);
}

function isAllowedInAgent({ from, specifier }: Import): boolean {
  const target = relative(SOURCE, resolve(SOURCE, dirname(from), specifier));
  if (!target.startsWith(AGENT)) return true;
  const [room, other] = [from, target].map((path) => roomOf(path.slice(AGENT.length)));
  return room === other || (allowedInAgent[room]?.includes(other) ?? false);
}

/** First folder of a path below src; `index` for src/index.ts. */
function roomOf(path: string): string {
  const [first, ...rest] = path.split(sep);
  return rest.length === 0 ? (first === '' ? 'index' : first.replace(/\.ts$/, '')) : first;
}

function describeImport({ from, specifier }: Import): string {
  return `${from} imports ${specifier}`;
}
