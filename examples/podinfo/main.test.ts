import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthSession } from '../../src/synth/session';

let output: string;
beforeEach(() => {
  delete process.env.REPOSITORY_URL;
  output = mkdtempSync(join(tmpdir(), 'fairlead-podinfo-'));
  Object.assign(synthSession, { root: __dirname, outdir: output });
});
afterEach(() => rmSync(output, { recursive: true }));

function filesOf(folder: string): { [path: string]: string } {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.yaml'));
  return Object.fromEntries(paths.sort().map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

test('the committed manifests are what the program writes', () => {
  jest.isolateModules(() => require('./main'));
  expect(filesOf(output)).toEqual(filesOf(join(__dirname, 'dist')));
});
