import { hash } from 'node:crypto';

/** Which key a value was sealed for. */
export type SealedWith = ReadonlyMap<string, string>;

type Encrypted = Readonly<Record<string, string>>;

/**
 * Reads annotation `fairlead.dev/sealed-with`: a line a key, `<key> <fingerprint> <first digits of the sealed value's digest>`. Whoever else edits
 * the file (kubeseal) leaves the annotation behind, so a line counts only while the digest is that of the value it speaks of.
 */
export function readSealedWith(annotation: string | undefined, encrypted: Encrypted): SealedWith {
  const known = new Map<string, string>();
  const digests = new Map<string, string>(); // anybody may write a thousand lines of one large value
  for (const line of (annotation ?? '').split('\n')) {
    const [key, fingerprint, digest, ...more] = line.trim().split(' ');
    if (key === undefined || fingerprint === undefined || digest === undefined || more.length > 0) continue;
    if (!Object.hasOwn(encrypted, key)) continue;
    const actual = digests.get(key) ?? digestOf(encrypted[key]!);
    digests.set(key, actual);
    if (digest === actual) known.set(key, fingerprint);
  }
  return known;
}

/** The annotation for values of which a fingerprint is known. Undefined where none is. */
export function printSealedWith(encrypted: Encrypted, sealedWith: SealedWith): string | undefined {
  const keys = Object.keys(encrypted).filter((key) => sealedWith.has(key));
  if (keys.length === 0) return undefined;
  return keys
    .sort()
    .map((key) => `${key} ${sealedWith.get(key)} ${digestOf(encrypted[key]!)}\n`)
    .join('');
}

function digestOf(sealed: string): string {
  return hash('sha256', sealed.replace(/[\r\n]/g, ''), 'hex').slice(0, 8);
}
