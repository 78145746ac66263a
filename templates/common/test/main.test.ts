import { equal } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(__dirname, '..');
const fairlead = join(root, 'node_modules', 'fairlead', 'lib', 'cli', 'main.js');

/** `dist/` and `locks/` are the snapshot: `npx fairlead synth` takes a new one, and its diff is what people review. */
test('what is committed is what the program says', () => {
  const { status, stderr } = spawnSync(process.execPath, [fairlead, 'synth', '--check', '--no-typecheck'], { cwd: root, encoding: 'utf8' });
  equal(status, 0, stderr);
});
