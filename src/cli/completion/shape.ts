import type { Argument, Command, Option } from 'commander';

/** What may stand somewhere: words that are known, names in the repository, or anything, such as a file. */
export type Choice = readonly string[] | 'environments' | 'clusters' | 'anything';

export interface OptionShape {
  /** Short first. */
  readonly names: readonly string[];
  readonly summary: string;
  /** Undefined for a switch. */
  readonly value?: Choice;
}

/** A command as a shell completes it. */
export interface CommandShape {
  /** Names of it and of those above it: `fairlead seal keys`. */
  readonly at: string;
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly OptionShape[];
  readonly arguments: readonly { readonly value: Choice; readonly isLast: boolean }[];
}

/** A command and all below it. */
export function shapesOf(command: Command, above = ''): readonly CommandShape[] {
  const at = above === '' ? command.name() : `${above} ${command.name()}`;
  const visible = command.createHelp().visibleCommands(command);
  return [
    {
      at,
      commands: visible.map((below) => ({ name: below.name(), summary: below.description() })),
      options: command.createHelp().visibleOptions(command).map(optionShape),
      arguments: command.registeredArguments.map((argument) => ({ value: argumentChoice(argument), isLast: argument.variadic })),
    },
    ...visible.filter((below) => below.name() !== 'help').flatMap((below) => shapesOf(below, at)),
  ];
}

function optionShape(option: Option): OptionShape {
  const { short, long, description, argChoices } = option;
  const names = [short, long].filter((name) => name !== undefined);
  const takesValue = option.required || option.optional;
  return { names, summary: description, ...(takesValue ? { value: argChoices ?? choiceOf(option.attributeName()) } : {}) };
}

function argumentChoice(argument: Argument): Choice {
  return argument.argChoices ?? choiceOf(argument.name());
}

/** What a value is called says what it names. */
function choiceOf(name: string): Choice {
  const words = name.split(/\W+/);
  if (words.includes('environment')) return 'environments';
  return words.includes('cluster') ? 'clusters' : 'anything';
}

/** The words of a choice; undefined where they are not known beforehand. */
export function isKnown(choice: Choice): choice is readonly string[] {
  return typeof choice !== 'string';
}
