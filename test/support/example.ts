import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthSession } from '../../src/synth/session';

/** That the `dist/` of an example is what its program writes. Call it in the example's own test. */
export function testCommittedOutput(folder: string): void {
  let output: string;
  beforeEach(() => {
    for (const address of ['REPOSITORY_URL', 'IMAGE_REPOSITORY', 'BITNAMI_MIRROR', 'SEALED_SECRETS_MIRROR']) delete process.env[address];
    output = mkdtempSync(join(tmpdir(), 'fairlead-example-'));
    Object.assign(synthSession, { root: folder, outdir: output });
  });
  afterEach(() => rmSync(output, { recursive: true }));

  test('the committed manifests are what the program writes', () => {
    jest.isolateModules(() => require(join(folder, 'main')));
    expect(filesOf(output)).toEqual(filesOf(join(folder, 'dist')));
  });
}

function filesOf(folder: string): { [path: string]: string } {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.yaml'));
  return Object.fromEntries(paths.sort().map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}
