import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compiledLibrary } from '../compiled-cli';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fairlead-load-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Writes a program and runs `main` of it; what it prints as JSON comes back. */
function run(files: { readonly [path: string]: string }, main = 'main.ts'): unknown {
  const { status, stdout, stderr } = spawn(files, main);
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function spawn(files: { readonly [path: string]: string }, main = 'main.ts') {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const runner = `require(${JSON.stringify(join(compiledLibrary(), 'cli/load/load-program'))}).loadProgram(${JSON.stringify(join(root, main))})
    .catch((error) => { console.error(error.stack); process.exitCode = 1; })`;
  return spawnSync(process.execPath, ['-e', runner], { encoding: 'utf8', cwd: tmpdir() });
}

const print = (value: string) => `console.log(JSON.stringify(${value}));`;

describe('CommonJS', () => {
  test('files know where they are and which of them is the main one', () => {
    const files = {
      'main.ts': `import { place } from './lib/place';\n${print('{ main: require.main === module, argv: process.argv[1], dir: __dirname, file: __filename, place }')}`,
      'lib/place.ts': 'export const place: { dir: string; main: boolean } = { dir: __dirname, main: require.main === module };',
    };
    expect(run(files)).toEqual({
      main: true,
      argv: join(root, 'main.ts'),
      dir: root,
      file: join(root, 'main.ts'),
      place: { dir: join(root, 'lib'), main: false },
    });
  });

  test('imports are found as TypeScript finds them', () => {
    const files = {
      'tsconfig.json': '{ "extends": "./base.json", /* kept */ }',
      'base.json': '{ "compilerOptions": { "paths": { "@lib/*": ["./lib/*"] } } }',
      'lib/index.ts': 'export enum Level { LOW = 1, HIGH }',
      'lib/named.ts': 'export default class Named {}',
      'lib/table.json': '{ "rows": 2 }',
      'main.ts': `import { Level } from './lib';
import Named from '@lib/named';
import { Level as Again } from './lib/index.js';
import table from './lib/table.json';
import * as path from 'node:path';
import type { Missing } from './missing';
const missing: Missing | undefined = undefined;
${print('[Level[2], Named.name, Again === Level, table.rows, path.posix.sep, missing ?? null]')}`,
    };
    expect(run(files)).toEqual(['HIGH', 'Named', true, 2, '/', null]);
  });

  test('a file is loaded once, and names that are computed are found', () => {
    const files = {
      'counter.ts': 'export const counter = { count: 0 };',
      'teams/one.ts': `import { counter } from '../counter';\ncounter.count++;\nexport default 'one';`,
      'teams/two.ts': `import { counter } from '../counter';\ncounter.count++;\nexport default 'two';`,
      'main.ts': `import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { counter } from './counter';
import './teams/one';
const names = readdirSync(join(__dirname, 'teams')).map((file) => require(join(__dirname, 'teams', file)).default);
${print('{ names, count: counter.count }')}`,
    };
    expect(run(files)).toEqual({ names: ['one', 'two'], count: 2 });
  });

  test('the decorators and class fields of tsconfig.json are honoured', () => {
    const files = {
      'tsconfig.json': '{ "compilerOptions": { "experimentalDecorators": true, "useDefineForClassFields": false } }',
      'main.ts': `const seen: unknown[] = [];
function note(_target: object, key: string) { seen.push(key); }
class Base { constructor() { this.init(); } init() {} }
class Derived extends Base { value?: number; @note method() {} override init() { this.value = 1; } }
${print('[seen, new Derived().value]')}`,
    };
    expect(run(files)).toEqual([['method'], 1]);
  });

  test('an ECMAScript module is imported', () => {
    const files = {
      'lib/late.mts': 'export const here: string = import.meta.url;',
      'main.ts': `import('./lib/late.mjs').then(({ here }) => { ${print('here')} });`,
    };
    expect(run(files)).toBe(`file://${root}/lib/late.mts`);
  });

  test('errors name the line that was written', () => {
    const files = {
      'main.ts': `interface Unused {\n  a: string;\n}\n\nimport { fail } from './lib/fail';\nfail();`,
      'lib/fail.ts': `type T = 1;\n\nexport function fail(): never {\n  throw new Error('oh');\n}`,
    };
    const { stderr } = spawn(files);
    expect(stderr).toContain(`${root}/lib/fail.ts:4:9`);
    expect(stderr).toContain(`${root}/main.ts:6:`);
  });

  test('packages the program does not have are ours, its own come first', () => {
    mkdirSync(join(root, 'node_modules'));
    const files = {
      'node_modules/constructs/index.js': 'exports.own = true;',
      'node_modules/constructs/package.json': '{ "name": "constructs", "main": "index.js" }',
      'main.ts': `import * as fairlead from 'fairlead';
import * as constructs from 'constructs';
import { App } from 'cdk8s';
${print('[require.resolve("fairlead"), constructs.own, typeof App, typeof fairlead]')}`,
    };
    expect(run(files)).toEqual([join(compiledLibrary(), 'index.js'), true, 'function', 'object']);
  });

  test('what the program requires and does not have is missing', () => {
    expect(spawn({ 'main.ts': `import 'not-installed';` })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("Cannot find module 'not-installed'"),
    });
  });
});

describe('ECMAScript modules', () => {
  const module = { 'package.json': '{ "type": "module" }' };

  test('files know where they are', () => {
    const files = {
      ...module,
      'main.ts': `import { place } from './lib/place.js';
import { Level } from '@lib/level';
import * as constructs from 'constructs';
const { late } = await import('./lib/' + 'late.ts');
${print('[import.meta.url, import.meta.dirname, place, Level.HIGH, late, typeof constructs.Construct, process.argv[1]]')}`,
      'tsconfig.json': '{ "compilerOptions": { "paths": { "@lib/*": ["./lib/*"] } } }',
      'lib/place.ts': 'export const place: string = import.meta.url;',
      'lib/level.ts': 'export enum Level { LOW = 1, HIGH }',
      'lib/late.ts': 'export const late: string = "late";',
    };
    expect(run(files)).toEqual([`file://${root}/main.ts`, root, `file://${root}/lib/place.ts`, 2, 'late', 'function', join(root, 'main.ts')]);
  });

  test('errors name the line that was written', () => {
    const { stderr } = spawn({ ...module, 'main.ts': `interface Unused {\n  a: string;\n}\n\nthrow new Error('oh');` });
    expect(stderr).toContain(`${root}/main.ts:5:7`);
  });

  test('a CommonJS file is loaded', () => {
    const files = {
      ...module,
      'main.ts': `import { here } from './old.cjs';\n${print('here')}`,
      'old.cts': 'export const here: string = __filename;',
    };
    expect(run(files)).toBe(join(root, 'old.cts'));
  });
});

test('a folder reached through a symbolic link works', () => {
  const link = `${root}-link`;
  symlinkSync(root, link);
  try {
    writeFileSync(join(root, 'lib.ts'), 'export const value: number = 1;');
    expect(run({ 'main.ts': `import { value } from './lib';\n${print('value')}` }, `../${link.split('/').pop()}/main.ts`)).toBe(1);
  } finally {
    rmSync(link);
  }
});
