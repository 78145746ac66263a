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

/**
 * The first thing in a value that looks like a private key or an access token.
 * @param textOf text of an object that stands for a string @default - none does
 */
export function findSecret(value: unknown, textOf: (object: object) => string | undefined = () => undefined, field = ''): FoundSecret | undefined {
  const text = typeof value === 'object' && value !== null ? textOf(value) : value;
  if (typeof text === 'string') {
    const what = recognize(text);
    return what === undefined ? undefined : { what, field };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const found = findSecret(item, textOf, `${field}/${key}`);
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
