import { Command } from 'commander';
import { allCommands } from '../commands';
import { bashScript } from './bash-script';
import { fishScript } from './fish-script';
import { shapesOf } from './shape';
import { zshScript } from './zsh-script';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/** What a shell reads to complete every command there is. */
export function completionScript(shell: keyof typeof SCRIPTS): string {
  const program = new Command('fairlead').version('0');
  for (const command of allCommands()) program.addCommand(command);
  return SCRIPTS[shell](shapesOf(program));
}
