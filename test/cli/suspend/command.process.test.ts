import { spawnSync } from 'node:child_process';
import { compiledCli } from '../compiled-cli';

function fairlead(...args: string[]): { status: number | null; stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, [compiledCli(), ...args], {
    encoding: 'utf8',
    env: { ...process.env, KUBECONFIG: '/nonexistent/kubeconfig' },
  });
  return { status, stderr };
}

test.each([
  [['suspend', '--for', '1h', '--reason', 'x'], 'name what to suspend'],
  [['suspend', 'dev', '--reason', 'x'], '--for is needed'],
  [['suspend', 'dev', '--for', '2 days', '--reason', 'x'], 'It must be a duration'],
  [['suspend', 'dev', '--for', '1h'], '--reason is needed'],
  [['suspend', 'dev', '--for', '721h', '--reason', 'x'], 'FL7552: 721h is longer than 30 days'],
  [['suspend', 'dev', '--for', '1h', '--reason', 'x'], '/nonexistent/kubeconfig'],
  [['resume', 'dev'], '/nonexistent/kubeconfig'],
  [['resume'], "missing required argument 'target'"],
])('%j is refused: %s', (args, message) => {
  expect(fairlead(...args)).toEqual({ status: 1, stderr: expect.stringContaining(message) });
});
