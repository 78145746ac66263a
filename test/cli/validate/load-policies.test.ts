import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPolicies } from '../../../src/cli/validate/load-policies';

let scratch: string;
let cwd: jest.SpyInstance;
beforeEach(() => {
  scratch = realpathSync(mkdtempSync(join(tmpdir(), 'fairlead-policies-')));
  cwd = jest.spyOn(process, 'cwd');
});
afterEach(() => {
  cwd.mockRestore();
  rmSync(scratch, { recursive: true });
});

/** A project whose policies cannot be loaded: that they are is told by the error. */
function project(folder: string): string {
  const path = join(scratch, folder);
  mkdirSync(join(path, 'dist'), { recursive: true });
  writeFileSync(join(path, 'cdk8s.yaml'), '');
  writeFileSync(join(path, 'policies.js'), "throw new Error('it ran');");
  return path;
}

function repository(folder: string): string {
  mkdirSync(join(scratch, folder, '.git'), { recursive: true });
  return join(scratch, folder);
}

test('policies of another project are not run', async () => {
  cwd.mockReturnValue(repository('mine'));
  expect(await loadPolicies(undefined, project('theirs'))).toEqual([]);
  repository('mine/cloned');
  expect(await loadPolicies(undefined, join(project('mine/cloned'), 'dist'))).toEqual([]);
});

test.each(['mine', 'mine/deploy', 'mine/deploy/dist'])('those of the project are, from %s', async (here) => {
  repository('mine');
  const folder = project('mine/deploy');
  cwd.mockReturnValue(join(scratch, here));
  await expect(loadPolicies(undefined, folder)).rejects.toThrow('it ran');
});
