import { Argument, Command } from 'commander';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export function completionCommand(): Command {
  return new Command('completion')
    .description('print what makes a shell complete commands, options, and names of environments')
    .addArgument(new Argument('<shell>', 'for which shell').choices(SHELLS))
    .addHelpText(
      'after',
      `
Names of clusters and environments are those of the output folder; nothing is run or asked for them.

Examples:
  $ eval "$(fairlead completion bash)"       # in ~/.bashrc
  $ eval "$(fairlead completion zsh)"        # in ~/.zshrc, after compinit
  $ fairlead completion fish > ~/.config/fish/completions/fairlead.fish

Exit codes: 0 printed, 1 refused.
`,
    )
    .action((shell: (typeof SHELLS)[number]) => {
      const { completionScript } = require('./completion/completion-script') as typeof import('./completion/completion-script');
      process.stdout.write(completionScript(shell));
    });
}
