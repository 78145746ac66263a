import type { IResolver, ResolutionContext } from 'cdk8s';
import { type Marker, printMarker } from '../model/marker';
import type { NamedSecret } from './named-secret';
import { shared } from './shared';
import { Marked, type Printable } from './yaml';

/** A value that is known only when files are written, such as one from a lock. */
export interface Token {
  /** The value, asked for each time it is written. It may hold further tokens. */
  resolve(): string;

  /**
   * Which policy chooses the value. A scalar that is this value and nothing else carries it as a comment, by which a machine edits it in place.
   * @default - none
   */
  readonly marker?: Marker;

  /**
   * The Secret whose name it is, so that whatever uses it is found.
   * @default - none
   */
  readonly secret?: NamedSecret;
}

/** Thrown where a token was cut, encoded or altered, so that its value cannot be put in its place. */
export class TokenLeftError extends Error {
  constructor(readonly field: string) {
    super(`a token was altered at ${field}`);
  }
}

// Lower case letters, digits and dashes alone, so that it passes for a name, a label or a path, and no JSON pointer has to escape it.
// The same word at both ends gives away a token that was cut.
const WORD = 'zz9token9zz';
const SENTINEL = /zz9token9zz-(\d+)-zz9token9zz/g;
const LEFT = new RegExp([WORD, ...base64Traces(WORD)].join('|'), 'i');

const registry: Token[] = shared('tokens', []);
const minted: { aSecret: boolean } = shared('mintedTokens', { aSecret: false });
const aliases: Map<string, string> = shared('tokenAliases', new Map());

/** A string that stands for the token wherever a string may: in values, in keys, inside longer strings. */
export function mint(token: Token): string {
  minted.aSecret ||= token.secret !== undefined;
  return `${WORD}-${registry.push(token) - 1}-${WORD}`;
}

/** Has a text with tokens in it mean another token, where it is all there is: `<repository>:<tag>` is a reference. */
export function alias(text: string, token: string): void {
  aliases.set(text, token);
}

/** Whether the text is or contains a token, or what is left of one. */
export function hasToken(text: string): boolean {
  return LEFT.test(text);
}

/** The text with each token replaced by its value. */
export function resolveText(text: string): string {
  let resolved = aliases.get(text) ?? text;
  for (let depth = 0; depth < 10 && resolved.includes(WORD); depth++) {
    resolved = resolved.replace(SENTINEL, (whole, index: string) => registry[Number(index)]?.resolve() ?? whole);
  }
  return resolved;
}

/** Policies whose scalars get no markers. */
export type Unmarked = ReadonlySet<string>;

/**
 * JSON with its tokens replaced, in values and keys. A scalar that was one marked token becomes `Marked`. Keys that changed are sorted anew.
 * @throws TokenLeftError
 */
export function resolveTokens(value: unknown, unmarked: Unmarked = new Set(), field = ''): Printable {
  if (typeof value === 'string') return LEFT.test(value) ? resolveScalar(value, unmarked, field) : value;
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object') return value as boolean | number;
  if (Array.isArray(value)) return value.map((item, index) => resolveTokens(item, unmarked, `${field}/${index}`));

  const resolved: { [key: string]: Printable } = {};
  let renamed = false;
  for (const [key, item] of Object.entries(value)) {
    const name = LEFT.test(key) ? whole(resolveText(key), field) : key;
    if (Object.hasOwn(resolved, name)) throw new TokenLeftError(`${field}/${name} (two keys become one)`);
    renamed ||= name !== key;
    define(resolved, name, resolveTokens(item, unmarked, `${field}/${name}`));
  }
  return renamed ? sorted(resolved) : resolved;
}

function resolveScalar(text: string, unmarked: Unmarked, field: string): Printable {
  const value = whole(resolveText(text), field);
  const marker = tokenOf(unfold(text))?.marker;
  return marker === undefined || unmarked.has(marker.policy) ? value : new Marked(value, printMarker(marker));
}

/** Policies of the tokens in a text. `whole`: it is one of them and nothing else. */
export function policiesUsed(text: string): { readonly policies: readonly string[]; readonly whole: boolean } {
  if (!text.includes(WORD)) return { policies: [], whole: false };
  const unfolded = unfold(text);
  const policies = [...unfolded.matchAll(SENTINEL)].flatMap(([, index]) => registry[Number(index)]?.marker?.policy ?? []);
  return { policies: [...new Set(policies)], whole: tokenOf(unfolded) !== undefined };
}

/** Whether the name of any Secret is a token: where none is, nothing has to be searched for them. */
export function isAnySecretNamed(): boolean {
  return minted.aSecret;
}

/** The Secrets whose names stand in a text. */
export function secretsNamed(text: string): NamedSecret[] {
  return text.includes(WORD) ? [...text.matchAll(SENTINEL)].flatMap(([, index]) => registry[Number(index)]?.secret ?? []) : [];
}

/** The text with tokens that are made of others replaced by those, so that what is left is versions. */
function unfold(text: string): string {
  let unfolded = text;
  for (let depth = 0; depth < 10; depth++) {
    unfolded = aliases.get(unfolded) ?? unfolded;
    const before = unfolded;
    unfolded = before.replace(SENTINEL, (sentinel, index: string) => {
      const token = registry[Number(index)];
      return token && token.marker === undefined ? token.resolve() : sentinel;
    });
    if (unfolded === before) break;
  }
  return unfolded;
}

/** The token a text is, and nothing else. */
function tokenOf(text: string): Token | undefined {
  const match = new RegExp(`^${SENTINEL.source}$`).exec(text);
  return match ? registry[Number(match[1])] : undefined;
}

function whole(text: string, field: string): string {
  if (LEFT.test(text)) throw new TokenLeftError(field || '/');
  return text;
}

function sorted(map: { readonly [key: string]: Printable }): { [key: string]: Printable } {
  const result: { [key: string]: Printable } = {};
  for (const key of Object.keys(map).sort()) define(result, key, map[key]);
  return result;
}

// Plain assignment would take `__proto__` for the prototype.
function define(map: { [key: string]: Printable }, key: string, value: Printable): void {
  Object.defineProperty(map, key, { value, enumerable: true, writable: true, configurable: true });
}

/** What base64 of any text around the word contains, at each of the three alignments. */
function base64Traces(word: string): string[] {
  return [0, 1, 2].map((offset) => {
    const text = Buffer.from('\0'.repeat(offset) + word)
      .toString('base64')
      .replace(/=+$/, '');
    return text.slice(Math.ceil((offset * 8) / 6), -1);
  });
}

const writing: { now: boolean } = shared('writingTokens', { now: false });

/** Runs with tokens left in place, to be replaced by the writer last. */
export function keepingTokens<T>(run: () => T): T {
  const before = writing.now;
  writing.now = true;
  try {
    return run();
  } finally {
    writing.now = before;
  }
}

/** Gives plain values where cdk8s prints by itself: `Testing.synth`, `chart.toJson()`, `app.synthYaml()`. */
export class TokenResolver implements IResolver {
  resolve(context: ResolutionContext): void {
    if (writing.now) return;
    const value: unknown = context.value;
    if (typeof value === 'string') {
      if (value.includes(WORD)) context.replaceValue(resolveText(value));
    } else if (value?.constructor === Object && Object.keys(value).some((key) => key.includes(WORD))) {
      context.replaceValue(Object.fromEntries(Object.entries(value).map(([key, item]) => [resolveText(key), item])));
    }
  }
}
