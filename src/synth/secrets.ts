import type { IConstruct } from 'constructs';
import { kinds } from '../model/kinds';
import { parseSealedValue } from '../seal/sealed-value';
import { Marked, type Printable } from './yaml';

const ALLOWED = Symbol.for('fairlead.PlainSecrets');

type Allowing = IConstruct & { [ALLOWED]?: Set<string> };

/**
 * Lets an object of this name under `scope` be written with its secret values in plain text. Meant for values that are no secrets, such as
 * defaults for a development cluster.
 */
export function allowPlainSecret(scope: IConstruct, name: string): void {
  const allowing = scope as Allowing;
  if (!allowing[ALLOWED]) Object.defineProperty(scope, ALLOWED, { value: new Set<string>() });
  allowing[ALLOWED]!.add(name);
}

export function isPlainSecretAllowed(construct: IConstruct, name: string): boolean {
  for (let scope: IConstruct | undefined = construct; scope; scope = scope.node.scope) {
    if ((scope as Allowing)[ALLOWED]?.has(name)) return true;
  }
  return false;
}

/** Whether the object is a Secret that carries values. */
export function isPlainSecret(object: { readonly [field: string]: Printable }): boolean {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1') return false;
  return [object.data, object.stringData].some((values) => typeof values === 'object' && values !== null && Object.keys(values).length > 0);
}

/** A SealedSecret without what is sealed in it: base64 of random bytes may look like anything. All else is the object itself. */
export function withoutSealed(object: { readonly [field: string]: Printable }): Printable {
  const { spec } = object;
  if (object.kind !== kinds.SealedSecret.kind || !isMap(spec) || !isMap(spec.encryptedData)) return object;
  const unsealed = Object.entries(spec.encryptedData).filter(([, value]) => typeof value !== 'string' || !parseSealedValue(value));
  return { ...object, spec: { ...spec, encryptedData: Object.fromEntries(unsealed) } };
}

function isMap(value: Printable | undefined): value is { readonly [key: string]: Printable } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Marked);
}

export interface FoundSecret {
  /** What it looks like, for messages. Never the secret. */
  readonly what: string;
  /** Where, as a JSON pointer. */
  readonly field: string;
}

// Formats with a prefix their makers gave them so that scans find them, long enough not to be prose.
const FORMATS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a private key', /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[\s\\nr]*[A-Za-z0-9+/=:, -]{24}/],
  ['an age key', /AGE-SECRET-KEY-1[A-Z0-9]{50}/],
  ['a GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60})/],
  ['a GitLab token', /\bgl(?:pat|dt|rt|cbt|ptt|ft|soat|agent)-[A-Za-z0-9_-]{20}/],
  ['a Slack token', /\bxox[abeoprs]-[A-Za-z0-9-]{20}/],
  ['a Slack webhook', /hooks\.slack\.com\/services\/T[A-Z0-9]{6,}\/B[A-Z0-9]{6,}\/[A-Za-z0-9]{16}/],
  ['an AWS secret key', /\baws_secret_access_key["']?\s*[:=]\s*["']?[A-Za-z0-9/+]{40}/i],
  ['a Stripe key', /\b[rs]k_live_[A-Za-z0-9]{20}/],
  ['an npm token', /\bnpm_[A-Za-z0-9]{36}\b/],
  ['a Google API key', /\bAIza[A-Za-z0-9_-]{35}\b/],
  ['a signed token', /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}/],
];

// One pass that rules out nearly every string before the formats are tried. `LS0tLS1CRUdJTi` is a PEM header in base64.
const HINT =
  /-----BEGIN|LS0tLS1CRUdJTi|AGE-SECRET|gh[pousr]_|github_pat_|\bgl[a-z]{2,5}-|xox[abeoprs]-|hooks\.slack|aws_secret|k_live_|npm_|AIza|\.eyJ/i;

/** The first thing in the object that looks like a private key or an access token. */
export function findSecret(value: Printable, field = ''): FoundSecret | undefined {
  if (typeof value === 'string' || value instanceof Marked) {
    const what = recognize(typeof value === 'string' ? value : value.text);
    return what === undefined ? undefined : { what, field };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const found = findSecret(item as Printable, `${field}/${key}`);
    if (found) return found;
  }
  return undefined;
}

function recognize(text: string): string | undefined {
  if (!HINT.test(text)) return undefined;
  const encoded = /LS0tLS1CRUdJTi[A-Za-z0-9+/=\s]+/.exec(text);
  const candidates = encoded ? [text, Buffer.from(encoded[0], 'base64').toString('latin1')] : [text];
  return FORMATS.find(([, pattern]) => candidates.some((candidate) => pattern.test(candidate)))?.[0];
}
