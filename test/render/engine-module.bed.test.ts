import { spawnSync } from 'node:child_process';
import * as path from 'node:path';

const GO = { cwd: path.resolve(__dirname, '../../engine'), encoding: 'utf8', env: { ...process.env, CGO_ENABLED: '0' } } as const;

test("the engine's own tests pass", () => {
  const { status, stdout, stderr } = spawnSync('go', ['test', './...'], GO);
  expect({ status, output: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, output: '' });
}, 1_800_000);

test('the engine is formatted', () => {
  expect(spawnSync('gofmt', ['-l', '.'], GO).stdout).toBe('');
});
