import { DEPTH, namesFunction } from './names-script';
import { type Choice, type CommandShape, isKnown } from './shape';

/** Completion for bash 3.2 and newer, without the package bash-completion. */
export function bashScript(shapes: readonly CommandShape[]): string {
  return `# bash completion for fairlead. In ~/.bashrc: eval "$(fairlead completion bash)"
${namesFunction('_fairlead_names')}

_fairlead() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" at=fairlead place=0 words='' i
  # bash makes words of its own of --option=value
  if [ "$cur" = '=' ]; then cur=''; elif [ "$prev" = '=' ]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at|\${COMP_WORDS[i]}" in
${shapes.flatMap(steps).join('\n')}
      *'|-'*) ;;
      *) place=$((place + 1)) ;;
    esac
  done
  case "$at|$prev" in
${shapes.flatMap(values).join('\n')}
    *)
      if [[ "$cur" == -* ]]; then
        case "$at" in
${shapes.map(options).join('\n')}
        esac
      else
        case "$at|$place" in
${shapes.flatMap(places).join('\n')}
        esac
      fi
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}

# What is not known here is a file.
complete -o default -F _fairlead fairlead
`;
}

function steps({ at, commands, options: all }: CommandShape): string[] {
  const valued = all.filter(({ value }) => value !== undefined).flatMap(({ names }) => names);
  return [
    ...commands.map(({ name }) => `      '${at}|${name}') at='${at} ${name}' ;;`),
    ...(valued.length === 0
      ? []
      : [`      ${valued.map((name) => `'${at}|${name}'`).join('|')}) i=$((i + 1)); if [ "\${COMP_WORDS[i]}" = '=' ]; then i=$((i + 1)); fi ;;`]),
  ];
}

function values({ at, options: all }: CommandShape): string[] {
  return all.flatMap(({ names, value }) =>
    value === undefined ? [] : [`    ${names.map((name) => `'${at}|${name}'`).join('|')}) ${wordsOf(value)} ;;`],
  );
}

function options({ at, options: all }: CommandShape): string {
  return `          '${at}') words='${all.flatMap(({ names }) => names).join(' ')}' ;;`;
}

function places({ at, commands, arguments: all }: CommandShape): string[] {
  const first = commands.map(({ name }) => name).join(' ');
  const own = all.map(({ value, isLast }, index) => {
    const place = isLast ? `'${at}|'*` : `'${at}|${index}'`;
    return `          ${place}) ${index === 0 && first !== '' ? `${wordsOf(value)}; words="$words ${first}"` : wordsOf(value)} ;;`;
  });
  return own.length > 0 || first === '' ? own : [`          '${at}|0') words='${first}' ;;`];
}

function wordsOf(choice: Choice): string {
  if (isKnown(choice)) return `words='${choice.join(' ')}'`;
  return choice === 'anything' ? "words=''" : `words="$(_fairlead_names ${DEPTH[choice]})"`;
}
