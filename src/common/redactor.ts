/** What stands in the place of a secret. */
export const REDACTED = '***';

/** Shorter values appear by chance in ordinary text, and blanking them would make messages unreadable. */
const SHORTEST = 6;

const patterns: readonly (readonly [RegExp, string])[] = [
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@:]*:[^\s/@]+@/gi, `$1${REDACTED}@`],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi, `$1 ${REDACTED}`],
  [/-----BEGIN ([A-Z ]*PRIVATE KEY)-----[\s\S]*?(-----END \1-----|$)/g, REDACTED],
];

/**
 * Takes secret values out of text before it leaves the agent: logs, events, conditions, diffs. It knows the values it was
 * told (also base64, JSON-escaped, URL-encoded and line by line), credentials in URLs and headers, and private keys.
 * Values under 6 characters are not looked for.
 */
export class Redactor {
  private readonly known = new Set<string>();
  /** By the first characters, so that a text is scanned once however many secrets are known. Longest first, once something is looked for. */
  private readonly byStart = new Map<number, string[]>();
  private readonly unsorted = new Set<string[]>();

  add(secret: string): void {
    const lines = secret.split(/\r?\n/).filter((line) => line.length >= 16);
    for (const value of [secret.trim(), ...(lines.length > 1 ? lines : [])]) {
      if (value.length < SHORTEST) continue;
      this.remember(value);
      this.remember(Buffer.from(value).toString('base64'));
      this.remember(JSON.stringify(value).slice(1, -1));
      this.remember(encodeURIComponent(value));
    }
  }

  redact(text: string): string {
    let result = text;
    for (const [pattern, replacement] of patterns) result = result.replace(pattern, replacement);
    return this.byStart.size === 0 ? result : this.blankKnown(result);
  }

  private remember(value: string): void {
    if (this.known.has(value)) return;
    this.known.add(value);
    const start = startOf(value, 0);
    const alike = this.byStart.get(start) ?? [];
    this.byStart.set(start, alike);
    alike.push(value);
    this.unsorted.add(alike);
  }

  private blankKnown(text: string): string {
    for (const alike of this.unsorted) alike.sort((a, b) => b.length - a.length);
    this.unsorted.clear();
    let result = '';
    let copied = 0;
    for (let at = 0; at + SHORTEST <= text.length; at++) {
      const found = this.byStart.get(startOf(text, at))?.find((value) => text.startsWith(value, at));
      if (found === undefined) continue;
      result += text.slice(copied, at) + REDACTED;
      copied = at + found.length;
      at = copied - 1;
    }
    return copied === 0 ? text : result + text.slice(copied);
  }
}

function startOf(text: string, at: number): number {
  return (text.charCodeAt(at) & 0xff) | ((text.charCodeAt(at + 1) & 0xff) << 8) | ((text.charCodeAt(at + 2) & 0xff) << 16);
}
