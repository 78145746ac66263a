import { kinds } from '../../../model/kinds';
import { splitApiVersion } from '../../../model/object';
import { findSecret } from '../../../synth/secrets';

const MASK = '***';

/** Names of settings that hold a secret, not the name of one as `existingSecret` does. */
const SECRET_KEY =
  /(?:pass(?:word|wd|phrase)|token|(?:api|access|private|secret|signing|encryption)[-_]?key|(?:client|app|shared|session|cookie)[-_]?secret|_secret)$/i;

/** What hides more than we do: values that stand elsewhere as well. */
export interface Masking {
  mask(text: string): string;
}

/** A leaf: where it is, with list items known by their names, and what it is. */
interface Leaf {
  readonly place: string;
  readonly raw: string;
  readonly masked: string;
}

/**
 * Both sides of an object with what is secret in them masked. Where a masked value is not the same on the other side, ` (before)` and ` (after)` say so, as
 * `kubectl diff` does, and neither is shown.
 */
export function maskPair<T>(before: T, after: T, words: Masking): [T, T] {
  const sides = [before, after].map((object) => new Side(object, words));
  return [sides[0].against(sides[1], 'before') as T, sides[1].against(sides[0], 'after') as T];
}

class Side {
  private readonly raw = new Set<string>();
  private readonly masked = new Set<string>();
  private readonly rule: (path: readonly string[], text: string) => string;

  constructor(
    private readonly object: unknown,
    words: Masking,
  ) {
    const hidden = hiddenFields(object);
    this.rule = (path, text) => maskText(path, text, hidden, words);
    walk(object, [], (path, value) => {
      const { place, raw, masked } = this.leaf(path, value);
      if (raw !== masked) {
        this.raw.add(`${place}\0${raw}`);
        this.masked.add(`${place}\0${masked}`);
      }
      return value;
    });
  }

  against(other: Side, name: string): unknown {
    return walk(this.object, [], (path, value) => {
      const { place, raw, masked } = this.leaf(path, value);
      if (raw === masked) return value;
      const differs = !other.raw.has(`${place}\0${raw}`) && other.masked.has(`${place}\0${masked}`);
      return differs ? `${masked} (${name})` : masked;
    });
  }

  private leaf(path: readonly string[], value: unknown): Leaf {
    const raw = typeof value === 'string' ? value : String(value);
    return { place: path.join('\0'), raw, masked: value === null || typeof value === 'boolean' ? raw : this.rule(path, raw) };
  }
}

/** Fields of which every value is secret, and those of which values are sealed. */
function hiddenFields(object: unknown): { readonly secret: readonly string[]; readonly sealed: boolean } {
  const { kind, apiVersion } = (object ?? {}) as { readonly kind?: unknown; readonly apiVersion?: unknown };
  const { group } = splitApiVersion(typeof apiVersion === 'string' ? apiVersion : '');
  return {
    secret: kind === 'Secret' && group === '' ? ['data', 'stringData'] : [],
    sealed: kind === kinds.SealedSecret.kind && group === kinds.SealedSecret.group,
  };
}

function maskText(path: readonly string[], text: string, hidden: ReturnType<typeof hiddenFields>, words: Masking): string {
  if (hidden.secret.includes(path[0])) return MASK;
  if (hidden.sealed && path[1] === 'encryptedData') return shortened(text);
  if (path.at(-1) === 'kubectl.kubernetes.io/last-applied-configuration') return MASK;
  if (isSecretSetting(path) && text !== '') return MASK;
  return findSecret(text) === undefined ? words.mask(text) : MASK;
}

/** Whether a setting is called after a secret and lies where people and charts set things: values, environment variables, data. */
function isSecretSetting(path: readonly string[]): boolean {
  if (path[0] === 'metadata' || path[0] === 'kind' || path[0] === 'apiVersion') return false;
  const key = path.at(-1) as string;
  if (key === 'value') return /^\[.*\]$/.test(path.at(-2) ?? '') && SECRET_KEY.test((path.at(-2) as string).slice(1, -1));
  return (path[0] === 'data' || path.includes('values')) && SECRET_KEY.test(key);
}

/** Enough of what is sealed to see that it is another. */
function shortened(text: string): string {
  return text.length > 24 ? `${text.slice(0, 16)}… (${text.length} characters)` : text;
}

/** The same JSON with its scalars replaced. Items of lists are known by their names, not by where they stand. */
function walk(value: unknown, path: readonly string[], replace: (path: readonly string[], value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => walk(item, [...path, itemName(item)], replace));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key], replace)]));
  return value === undefined ? value : replace(path, value);
}

function itemName(item: unknown): string {
  const name = typeof item === 'object' && item !== null ? (item as { readonly name?: unknown }).name : undefined;
  return `[${typeof name === 'string' ? name : ''}]`;
}
