import { DEPTH, namesFunction } from './names-script';
import { type Choice, type CommandShape, isKnown } from './shape';

/** Completion for zsh, with what commands and options are for. */
export function zshScript(shapes: readonly CommandShape[]): string {
  return `#compdef fairlead
# zsh completion for fairlead. In ~/.zshrc after compinit: eval "$(fairlead completion zsh)"
${namesFunction('_fairlead_names')}

_fairlead() {
  local cur="\${words[CURRENT]}" prev="\${words[CURRENT-1]}" at=fairlead place=0 i
  local -a found
  if [[ "$cur" == --*=* ]]; then
    prev="\${cur%%=*}"
    compset -P '*='
  fi
  for ((i = 2; i < CURRENT; i++)); do
    case "$at|\${words[i]}" in
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
        _describe -o option found
        return
      fi
      case "$at|$place" in
${shapes.flatMap(places).join('\n')}
      esac
      ;;
  esac
  if ((\${#found})); then _describe value found; else _files; fi
}

if [ "\${funcstack[1]}" = _fairlead ]; then _fairlead "$@"; else compdef _fairlead fairlead; fi
`;
}

function steps({ at, commands, options: all }: CommandShape): string[] {
  const valued = all.filter(({ value }) => value !== undefined).flatMap(({ names }) => names);
  return [
    ...commands.map(({ name }) => `      '${at}|${name}') at='${at} ${name}' ;;`),
    ...(valued.length === 0 ? [] : [`      ${valued.map((name) => `'${at}|${name}'`).join('|')}) i=$((i + 1)) ;;`]),
  ];
}

function values({ at, options: all }: CommandShape): string[] {
  return all.flatMap(({ names, value }) =>
    value === undefined ? [] : [`    ${names.map((name) => `'${at}|${name}'`).join('|')}) ${foundOf(value)} ;;`],
  );
}

function options({ at, options: all }: CommandShape): string {
  const described = all.flatMap(({ names, summary }) => names.map((name) => describe(name, summary)));
  return `          '${at}') found=(${described.join(' ')}) ;;`;
}

function places({ at, commands, arguments: all }: CommandShape): string[] {
  const first = commands.map(({ name, summary }) => describe(name, summary)).join(' ');
  const own = all.map(({ value, isLast }, index) => {
    const place = isLast ? `'${at}|'*` : `'${at}|${index}'`;
    return `        ${place}) ${foundOf(value)}${index === 0 && first !== '' ? `; found+=(${first})` : ''} ;;`;
  });
  return own.length > 0 || first === '' ? own : [`        '${at}|0') found=(${first}) ;;`];
}

function foundOf(choice: Choice): string {
  if (isKnown(choice)) return `found=(${choice.map(quote).join(' ')})`;
  return choice === 'anything' ? 'found=()' : `found=(\${(f)"$(_fairlead_names ${DEPTH[choice]})"})`;
}

/** A colon parts a word from what it is for. */
function describe(name: string, summary: string): string {
  return quote(`${name.replaceAll(':', '\\:')}:${summary}`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
