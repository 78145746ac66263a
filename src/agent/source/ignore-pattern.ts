/**
 * One line of a `.gitignore`-like file, with the meaning Flux's artifacts give it: unlike in git, a later `!pattern` brings back a file in an excluded folder.
 * @see https://github.com/fluxcd/pkg/tree/main/sourceignore/gitignore
 */
export interface IgnorePattern {
  /** Folder of the file it stands in; its patterns say nothing about others. */
  readonly domain: readonly string[];
  readonly parts: readonly string[];
  readonly inclusion: boolean;
  readonly folderOnly: boolean;
}

/** Patterns of a file, blank lines and comments left out. */
export function parseIgnore(text: string, domain: readonly string[] = []): IgnorePattern[] {
  return text
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#') && line.trim() !== '')
    .map((line) => parsePattern(line, domain));
}

function parsePattern(line: string, domain: readonly string[]): IgnorePattern {
  const inclusion = line.startsWith('!');
  let pattern = inclusion ? line.slice(1) : line;
  if (!pattern.endsWith('\\ ')) pattern = pattern.replace(/ +$/, '');
  const folderOnly = pattern.endsWith('/');
  if (folderOnly) pattern = pattern.slice(0, -1);
  return { domain, parts: pattern.split('/'), inclusion, folderOnly };
}

/** Whether a file is excluded; the last pattern that matches it decides. */
export function isExcluded(path: string, patterns: readonly IgnorePattern[]): boolean {
  const names = path.split('/');
  for (let index = patterns.length - 1; index >= 0; index -= 1) if (matches(patterns[index], names)) return !patterns[index].inclusion;
  return false;
}

function matches(pattern: IgnorePattern, names: readonly string[]): boolean {
  if (names.length <= pattern.domain.length || pattern.domain.some((part, index) => names[index] !== part)) return false;
  const rest = names.slice(pattern.domain.length);
  return pattern.parts.length > 1 ? matchesPath(pattern, rest) : matchesName(pattern, rest);
}

/** A pattern without a slash matches the file or any folder above it. */
function matchesName({ parts, folderOnly }: IgnorePattern, names: readonly string[]): boolean {
  const found = names.findIndex((name) => matchesPart(parts[0], name));
  return found >= 0 && !(folderOnly && found === names.length - 1);
}

function matchesPath({ parts, folderOnly }: IgnorePattern, names: readonly string[]): boolean {
  let rest = names;
  let matched = false;
  let anyDepth = false;
  for (const [index, part] of parts.entries()) {
    if (part === '') {
      anyDepth = false;
      continue;
    }
    if (part === '**') {
      if (index === parts.length - 1) break;
      anyDepth = true;
      continue;
    }
    if (part.includes('**') || rest.length === 0) return false;
    if (anyDepth) {
      anyDepth = false;
      const found = rest.findIndex((name) => matchesPart(part, name));
      if (found >= 0) matched = true;
      else matched = false;
      rest = found >= 0 ? rest.slice(found + 1) : [];
    } else {
      if (!matchesPart(part, rest[0])) return false;
      matched = true;
      rest = rest.slice(1);
    }
  }
  return matched && !(folderOnly && rest.length === 0);
}

const compiled = new Map<string, RegExp | undefined>();

/** Go's `filepath.Match`: `*`, `?`, `[a-z]`, `[^a]` and `\`; a malformed pattern matches nothing. */
function matchesPart(pattern: string, name: string): boolean {
  if (!compiled.has(pattern)) {
    if (compiled.size > 1000) compiled.clear();
    compiled.set(pattern, toRegExp(pattern));
  }
  return compiled.get(pattern)?.test(name) ?? false;
}

function toRegExp(pattern: string): RegExp | undefined {
  let source = '';
  for (let index = 0; index < pattern.length; index += 1) {
    const char = pattern[index];
    if (char === '*') source += '.*';
    else if (char === '?') source += '.';
    else if (char === '\\') {
      index += 1;
      if (index === pattern.length) return undefined;
      source += literal(pattern[index]);
    } else if (char === '[') {
      const set = /^\[(\^?)((?:\\.|[^\]\\])+)\]/.exec(pattern.slice(index));
      if (set === null) return undefined;
      source += `[${set[1]}${set[2].replace(/[[&~^]/g, '\\$&')}]`;
      index += set[0].length - 1;
    } else source += literal(char);
  }
  try {
    return new RegExp(`^${source}$`, 's');
  } catch {
    return undefined;
  }
}

function literal(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\/]/, '\\$&');
}
