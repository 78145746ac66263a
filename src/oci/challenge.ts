/** One way in that a `WWW-Authenticate` header offers. */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** `key=value` or `key="value"`, else a word: the scheme of the next challenge. */
const TOKEN = /\s*,?\s*(?:([!#$%&'*+.^_`|~\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))|([!#$%&'*+.^_`|~\w-]+))/y;

/** The challenges of `WWW-Authenticate`, several of which may stand in one header. What is malformed ends the reading. */
export function parseChallenges(header: string | undefined): Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(header ?? ''); match !== null; match = TOKEN.exec(header ?? '')) {
    const [, key, quoted, bare, scheme] = match;
    if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), parameters: {} });
    else if (challenges.length > 0) challenges.at(-1)!.parameters[key.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? bare;
  }
  return challenges;
}
