import { spawnSync } from 'node:child_process';
import { version } from '../../package.json';
import { allCommands } from '../../src/cli/commands';
import { compiledCli } from './compiled-cli';

function fairlead(...args: string[]) {
  return spawnSync(process.execPath, [compiledCli(), ...args], { encoding: 'utf8' });
}

test('help names every command', () => {
  const { status, stdout } = fairlead('--help');
  expect({ status, commands: [...stdout.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map((match) => match[1]) }).toEqual({
    status: 0,
    commands: [...allCommands().map((command) => command.name()), 'help'],
  });
});

test('the version is that of the package', () => {
  expect(fairlead('--version')).toMatchObject({ status: 0, stdout: `${version}\n` });
});

test('a command that does not exist fails with the nearest that does', () => {
  expect(fairlead('synht')).toMatchObject({ status: 1, stderr: expect.stringContaining('Did you mean synth?') });
  expect(fairlead('help', 'synht')).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('Did you mean synth?') });
});

test.each(['status', 'agent', 'seal'])('%s --help names its options in 80 columns', (command) => {
  const options = fairlead(command, '--help')
    .stdout.split(/^Options.*:$/m)[1]
    .split('\n\n')[0];
  expect(options.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test.each(['diff', 'validate', 'status'])('%s ends with 2, not with an answer, where it is called wrongly', (command) => {
  expect(fairlead(command, '--nonsense')).toMatchObject({ status: 2, stderr: expect.stringContaining('unknown option') });
  expect(fairlead(command, '--help').status).toBe(0);
});

test('each command has its own help', () => {
  for (const command of [
    ['synth'],
    ['lock'],
    ['lock', 'set'],
    ['seal'],
    ...['cert', 'verify', 'rotate', 'unseal', 'backup', 'restore', 'keys'].map((name) => ['seal', name]),
    ['automate'],
    ['rollback'],
    ['release-hold'],
    ['images'],
    ['validate'],
    ['crds'],
    ['doctor'],
    ['render', 'chart'],
    ['agent'],
  ]) {
    expect(fairlead(...command, '--help')).toMatchObject({ status: 0, stdout: expect.stringContaining(`Usage: fairlead ${command.join(' ')}`) });
  }
});

test('help and errors come without loading what the commands work with', () => {
  const program = `process.argv.splice(1, 1, 'fairlead', '--help'); process.on('exit', () => process.stderr.write(Object.keys(require.cache).join('\\n')));`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', `${program} require(${JSON.stringify(compiledCli())})`, 'x'], { encoding: 'utf8' });
  const rooms = stderr.split('\n').flatMap((path) => /[\\/]lib[\\/](agent|kube|constructs|testbed|git)[\\/]/.exec(path)?.[1] ?? []);
  expect({ status, loaded: stderr.includes('commander'), rooms }).toEqual({ status: 0, loaded: true, rooms: [] });
});
