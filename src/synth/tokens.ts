import type { IResolver, ResolutionContext } from 'cdk8s';
import { shared } from './shared';
import { Marked, type Printable } from './yaml';

/** A value that is known only when files are written, such as one from a lock. */
export interface Token {
  /** The value, asked for each time it is written. It may hold further tokens. */
  resolve(): string;

  /**
   * Comment for a scalar that is this value and nothing else, by which a machine may edit it in place.
   * @default - none
   */
  readonly marker?: string;
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

/** A string that stands for the token wherever a string may: in values, in keys, inside longer strings. */
export function mint(token: Token): string {
  return `${WORD}-${registry.push(token) - 1}-${WORD}`;
}

/** Whether the text is or contains a token, or what is left of one. */
export function hasToken(text: string): boolean {
  return LEFT.test(text);
}

/** The text with each token replaced by its value. */
export function resolveText(text: string): string {
  let resolved = text;
  for (let depth = 0; depth < 10 && resolved.includes(WORD); depth++) {
    resolved = resolved.replace(SENTINEL, (whole, index: string) => registry[Number(index)]?.resolve() ?? whole);
  }
  return resolved;
}

/**
 * JSON with its tokens replaced, in values and keys. A scalar that was one marked token becomes `Marked`. Keys that changed are sorted anew.
 * @throws TokenLeftError
 */
export function resolveTokens(value: unknown, field = ''): Printable {
  if (typeof value === 'string') return LEFT.test(value) ? resolveScalar(value, field) : value;
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object') return value as boolean | number;
  if (Array.isArray(value)) return value.map((item, index) => resolveTokens(item, `${field}/${index}`));

  const resolved: { [key: string]: Printable } = {};
  let renamed = false;
  for (const [key, item] of Object.entries(value)) {
    const name = LEFT.test(key) ? whole(resolveText(key), field) : key;
    if (Object.hasOwn(resolved, name)) throw new TokenLeftError(`${field}/${name} (two keys become one)`);
    renamed ||= name !== key;
    define(resolved, name, resolveTokens(item, `${field}/${name}`));
  }
  return renamed ? sorted(resolved) : resolved;
}

function resolveScalar(text: string, field: string): Printable {
  const value = whole(resolveText(text), field);
  const marker = markerOf(text);
  return marker === undefined ? value : new Marked(value, marker);
}

function markerOf(text: string): string | undefined {
  const match = new RegExp(`^${SENTINEL.source}$`).exec(text);
  return match ? registry[Number(match[1])]?.marker : undefined;
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

let writing = false;

/** Runs with tokens left in place, to be replaced by the writer last. */
export function keepingTokens<T>(run: () => T): T {
  const before = writing;
  writing = true;
  try {
    return run();
  } finally {
    writing = before;
  }
}

/** Gives plain values where cdk8s prints by itself: `Testing.synth`, `chart.toJson()`, `app.synthYaml()`. */
export class TokenResolver implements IResolver {
  resolve(context: ResolutionContext): void {
    if (writing) return;
    const value: unknown = context.value;
    if (typeof value === 'string') {
      if (value.includes(WORD)) context.replaceValue(resolveText(value));
    } else if (value?.constructor === Object && Object.keys(value).some((key) => key.includes(WORD))) {
      context.replaceValue(Object.fromEntries(Object.entries(value).map(([key, item]) => [resolveText(key), item])));
    }
  }
}
