import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, synthRoot } from '../../src/synth/root';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'fairlead-root-')));
  mkdirSync(join(folder, 'app/lib'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const touch = (path: string, text = '') => writeFileSync(join(folder, path), text);

test('the root is where the cdk8s.yaml nearest to the entry is', () => {
  touch('cdk8s.yaml');
  expect(synthRoot(join(folder, 'app/lib/main.ts'))).toBe(folder);
  touch('app/cdk8s.yaml');
  expect(synthRoot(join(folder, 'app/lib/main.ts'))).toBe(join(folder, 'app'));
});

test('without a cdk8s.yaml it is the package, else the folder of the entry', () => {
  expect(synthRoot(join(folder, 'app/lib/main.ts'))).toBe(join(folder, 'app/lib'));
  touch('app/package.json', '{}');
  expect(synthRoot(join(folder, 'app/lib/main.ts'))).toBe(join(folder, 'app'));
});

test('a cdk8s.yaml that is not YAML is named', () => {
  touch('cdk8s.yaml', 'app: [');
  expect(() => readConfig(folder)).toThrow(/FL2102: cannot read .*cdk8s\.yaml/);
});

test('an empty or absent cdk8s.yaml says nothing', () => {
  expect(readConfig(folder)).toEqual({});
  touch('cdk8s.yaml');
  expect(readConfig(folder)).toEqual({});
});
