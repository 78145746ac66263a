import { Command } from 'commander';
import { allCommands } from '../../src/cli/commands';

/** What --help prints, by the words one types. */
function helps(): [string, string, Command][] {
  const program = new Command('fairlead');
  for (const command of allCommands()) program.addCommand(command);
  const below = (command: Command, path: string): [string, string, Command][] =>
    command.commands.flatMap((one) => [
      [`${path} ${one.name()}`, helpOf(one), one] as [string, string, Command],
      ...below(one, `${path} ${one.name()}`),
    ]);
  return below(program, 'fairlead');
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text;
}

/** Those that do nothing themselves. */
const isGroup = (command: Command) => command.commands.length > 0 && !(command as unknown as { _actionHandler?: unknown })._actionHandler;

const commands = helps().filter(([, , command]) => !isGroup(command));

test.each(commands)('%s --help shows how it is used, and what its exit codes mean', (path, help) => {
  expect(help).toMatch(/^Examples?:\n(.*\n)* {2}\$ .*fairlead /m);
  expect(help).toContain(`${path}`);
  expect(help).toMatch(/^Exit codes: 0 .*1/m);
});

test.each(commands)('the examples of %s name commands and options that there are', (_, help, command) => {
  const program = new Map(commands.map(([path, , one]) => [path, one]));
  const lines = [...help.matchAll(/^ {2}\$ (.*)$/gm)].flatMap(([, line]) => line.split(/[|;]|&&/).map((part) => part.replace(/\s#.*$/, '').trim()));
  for (const line of lines.filter((part) => /(^|=\S+ )fairlead /.test(part))) {
    const words = line.slice(line.indexOf('fairlead')).split(/\s+/);
    const used = program.get(words.slice(0, 3).join(' ')) ?? program.get(words.slice(0, 2).join(' '));
    expect({ line, command: used?.name() }).toEqual({ line, command: expect.any(String) });
    const unknown = words.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.replace(/=.*/, ''));
    const known = used!.options.flatMap(({ short, long }) => [short, long]);
    expect({ line, unknown: unknown.filter((word) => !known.includes(word)) }).toEqual({ line, unknown: [] });
  }
  expect(command.description()).not.toBe('');
});
