import { Command } from 'commander';

/** A command as `fairlead --help` lists it. Its file is loaded when it is asked for: starting up is most of what a short command costs. */
interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Command;
}

/** Every command, in the order of a day's work, under the headings of `fairlead --help`. */
const groups: { readonly [heading: string]: readonly CommandEntry[] } = {
  'Write and review:': [
    {
      name: 'init',
      summary: 'make a working repository, or a folder of one',
      load: () => (require('./init') as typeof import('./init')).initCommand(),
    },
    {
      name: 'synth',
      summary: 'write the manifests of a program, one file per object',
      load: () => (require('./synth') as typeof import('./synth')).synthCommand(),
    },
    {
      name: 'diff',
      summary: 'say what a change does: what it means, then every object',
      load: () => (require('./diff') as typeof import('./diff')).diffCommand(),
    },
    {
      name: 'validate',
      summary: 'say what of the committed manifests would not work',
      load: () => (require('./validate') as typeof import('./validate')).validateCommand(),
    },
    {
      name: 'render',
      summary: 'print what an environment or a cluster gets, releases rendered',
      load: () => (require('./render') as typeof import('./render')).renderCommand(),
    },
    {
      name: 'sandbox',
      summary: 'prove the working tree on a throw-away cluster',
      load: () => (require('./sandbox') as typeof import('./sandbox')).sandboxCommand(),
    },
  ],
  'Versions:': [
    {
      name: 'lock',
      summary: 'look up versions that locks lack, take newer ones, or set them',
      load: () => (require('./lock') as typeof import('./lock')).lockCommand(),
    },
    {
      name: 'images',
      summary: 'list images and charts: what runs, what is locked, what is newest',
      load: () => (require('./images') as typeof import('./images')).imagesCommand(),
    },
    {
      name: 'automate',
      summary: 'switch automation of an environment on or off',
      load: () => (require('./automate') as typeof import('./automate')).automateCommand(),
    },
    {
      name: 'rollback',
      summary: 'go back to versions that ran before, and hold them',
      load: () => (require('./rollback') as typeof import('./rollback')).rollbackCommand(),
    },
    {
      name: 'release-hold',
      summary: 'let automation go on after a rollback',
      load: () => (require('./release-hold') as typeof import('./release-hold')).releaseHoldCommand(),
    },
  ],
  'Secrets:': [
    {
      name: 'seal',
      summary: 'seal values of a Secret for its cluster; certificates, keys, backups',
      load: () => (require('./seal') as typeof import('./seal')).sealCommand(),
    },
  ],
  'Clusters:': [
    {
      name: 'bootstrap',
      summary: 'have a cluster follow its folder: commit and apply the agent, wait until Ready',
      load: () => (require('./bootstrap') as typeof import('./bootstrap')).bootstrapCommand(),
    },
    {
      name: 'install',
      summary: 'apply the agent without a commit, or print it with --export',
      load: () => (require('./install') as typeof import('./install')).installCommand(),
    },
    {
      name: 'uninstall',
      summary: 'remove the agent; workloads stay',
      load: () => (require('./uninstall') as typeof import('./uninstall')).uninstallCommand(),
    },
    {
      name: 'identity',
      summary: 'print the public ssh key by which an agent reads Git',
      load: () => (require('./identity') as typeof import('./identity')).identityCommand(),
    },
    {
      name: 'status',
      summary: 'show what runs everywhere, what is out of step, and why',
      load: () => (require('./status') as typeof import('./status')).statusCommand(),
    },
    {
      name: 'get',
      summary: 'list what is reconciled, with its state',
      load: () => (require('./get') as typeof import('./get')).getCommand(),
    },
    {
      name: 'tree',
      summary: 'show what an environment or release consists of',
      load: () => (require('./tree') as typeof import('./tree')).treeCommand(),
    },
    {
      name: 'events',
      summary: 'list what happened to something and all that belongs to it',
      load: () => (require('./events') as typeof import('./events')).eventsCommand(),
    },
    {
      name: 'logs',
      summary: 'print what the agent wrote about something, or its Pods',
      load: () => (require('./logs') as typeof import('./logs')).logsCommand(),
    },
    {
      name: 'history',
      summary: 'list what an environment or release was, by whom, and how it ended',
      load: () => (require('./history') as typeof import('./history')).historyCommand(),
    },
    {
      name: 'trace',
      summary: 'say where an object comes from, down to the line of the program',
      load: () => (require('./trace') as typeof import('./trace')).traceCommand(),
    },
    {
      name: 'reconcile',
      summary: 'have something looked at now, and say how it ended',
      load: () => (require('./reconcile') as typeof import('./reconcile')).reconcileCommand(),
    },
    {
      name: 'wait',
      summary: 'wait until an environment or release runs what was pushed',
      load: () => (require('./wait') as typeof import('./wait')).waitCommand(),
    },
    {
      name: 'suspend',
      summary: 'have the agent leave something alone for a while, whatever Git says',
      load: () => (require('./suspend') as typeof import('./suspend')).suspendCommand(),
    },
    {
      name: 'resume',
      summary: 'end a suspension before its time',
      load: () => (require('./resume') as typeof import('./resume')).resumeCommand(),
    },
    {
      name: 'doctor',
      summary: 'say what is wrong in a cluster and what to do, also with its agent down',
      load: () => (require('./doctor') as typeof import('./doctor')).doctorCommand(),
    },
    {
      name: 'crds',
      summary: 'print the CustomResourceDefinitions a cluster needs',
      load: () => (require('./crds') as typeof import('./crds')).crdsCommand(),
    },
    {
      name: 'agent',
      summary: 'keep a cluster equal to Git: what runs in the cluster',
      load: () => (require('./agent') as typeof import('./agent')).agentCommand(),
    },
  ],
  'This machine:': [
    {
      name: 'completion',
      summary: 'print what makes a shell complete commands and names',
      load: () => (require('./completion') as typeof import('./completion')).completionCommand(),
    },
  ],
};

/** Adds the command that is asked for or, where it is none of ours, all of them by name and summary. */
export function addCommands(program: Command, asked: string | undefined): void {
  const entries = Object.values(groups).flat();
  const one = entries.find(({ name }) => name === asked);
  if (one) {
    program.addCommand(wrapped(one.load()));
    return;
  }
  for (const [heading, listed] of Object.entries(groups)) {
    for (const { name, summary } of listed) program.addCommand(new Command(name).description(summary).helpGroup(heading));
  }
}

/** Long options leave little of 80 columns, and what they mean is wrapped all the same. */
function wrapped(command: Command): Command {
  for (const below of command.commands) wrapped(below);
  return command.configureHelp({ minWidthToWrap: 30 });
}

/** Every command whole, for shell completion and the tests that read them all. */
export function allCommands(): readonly Command[] {
  return Object.values(groups)
    .flat()
    .map(({ load }) => load());
}
