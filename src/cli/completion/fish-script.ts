import { DEPTH, NAME } from './names-script';
import { type Choice, type CommandShape, isKnown, type OptionShape } from './shape';

/** Completion for fish, with what commands and options are for. */
export function fishScript(shapes: readonly CommandShape[]): string {
  return `# fish completion for fairlead. Once: fairlead completion fish > ~/.config/fish/completions/fairlead.fish
function __fairlead_names
  set -l folder $PWD
  while not test -e "$folder/cdk8s.yaml"
    test -n "$folder"; or return 0
    set folder (string replace -r '/[^/]*$' '' -- $folder)
  end
  set -l output (sed -n 's/^output: *//p' "$folder/cdk8s.yaml")
  test -n "$output"; or set output dist
  find "$folder/$output" -mindepth $argv[1] -maxdepth $argv[1] -type d 2>/dev/null | sed 's,.*/,,' | grep '${NAME}' | sort -u
end

# Whether a command is being written and, with a second argument, that many words stand after it.
function __fairlead_at
  set -l at fairlead
  set -l place 0
  set -l skip 0
  for word in (commandline -opc)[2..-1]
    if test $skip -eq 1
      set skip 0
      continue
    end
    switch "$at|$word"
${shapes.flatMap(steps).join('\n')}
      case '*|-*'
      case '*'
        set place (math $place + 1)
    end
  end
  test "$at" = "$argv[1]"; or return 1
  test (count $argv) -eq 1; or test $place -eq $argv[2]; or test "$argv[2]" = any
end

complete -c fairlead -e
${shapes.flatMap(completions).join('\n')}
`;
}

function steps({ at, commands, options: all }: CommandShape): string[] {
  const valued = all.filter(({ value }) => value !== undefined).flatMap(({ names }) => names);
  return [
    ...commands.flatMap(({ name }) => [`      case '${at}|${name}'`, `        set at '${at} ${name}'`]),
    ...(valued.length === 0 ? [] : [`      case ${valued.map((name) => `'${at}|${name}'`).join(' ')}`, '        set skip 1']),
  ];
}

function completions({ at, commands, options, arguments: all }: CommandShape): string[] {
  return [
    ...commands.map(({ name, summary }) => `complete -c fairlead -n "__fairlead_at '${at}' 0" -f -a ${name} -d ${quote(summary)}`),
    ...all.flatMap(({ value, isLast }, index) =>
      value === 'anything' ? [] : [`complete -c fairlead -n "__fairlead_at '${at}' ${isLast ? 'any' : index}" -f -a ${wordsOf(value)}`],
    ),
    ...options.map(
      (option) => `complete -c fairlead -n "__fairlead_at '${at}'" ${namesPart(option)}${valuePart(option)} -d ${quote(option.summary)}`,
    ),
  ];
}

function namesPart({ names }: OptionShape): string {
  return names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(' ');
}

function valuePart({ value }: OptionShape): string {
  if (value === undefined) return '';
  return value === 'anything' ? ' -r' : ` -x -a ${wordsOf(value)}`;
}

function wordsOf(choice: Exclude<Choice, 'anything'>): string {
  return isKnown(choice) ? quote(choice.join(' ')) : `'(__fairlead_names ${DEPTH[choice]})'`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
