/** Beyond what a number holds exactly they are bigints. */
type Part = number | bigint;

const VERSION = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;
const MAX_LENGTH = 256;
const MAX_UINT64 = 2n ** 64n - 1n;

/**
 * A version as Masterminds/semver v3 reads and orders it, which Helm and Flux use: parts may be left out and begin with zeros
 * (`v2025.02`), numbers go to 64 bits. Build metadata says nothing about the order.
 * @see https://github.com/Masterminds/semver
 */
export class Version {
  /** Undefined where the text is no version. */
  static parse(text: string): Version | undefined {
    const match = text.length > MAX_LENGTH ? null : VERSION.exec(text);
    if (!match) return undefined;
    const [major, minor, patch] = [match[1], match[2] ?? '0', match[3] ?? '0'].map(uint64);
    const prerelease = match[4]?.split('.') ?? [];
    if (major === undefined || minor === undefined || patch === undefined || prerelease.some((part) => /^0\d+$/.test(part))) return undefined;
    return new Version(
      major,
      minor,
      patch,
      prerelease.map((part) => uint64(part) ?? part),
    );
  }

  private constructor(
    readonly major: Part,
    readonly minor: Part,
    readonly patch: Part,
    /** Numbers, and what is none. Empty: a release. */
    readonly prerelease: readonly (Part | string)[],
  ) {}

  /** Negative where it comes before another, 0 where they are equal. */
  compare(other: Version): number {
    return (
      compareParts(this.major, other.major) ||
      compareParts(this.minor, other.minor) ||
      compareParts(this.patch, other.patch) ||
      comparePrereleases(this.prerelease, other.prerelease)
    );
  }
}

function uint64(digits: string): Part | undefined {
  if (!/^\d+$/.test(digits)) return undefined;
  const number = Number(digits);
  if (Number.isSafeInteger(number)) return number;
  const exact = BigInt(digits);
  return exact > MAX_UINT64 ? undefined : exact;
}

function compareParts(a: Part, b: Part): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Order of two prereleases, without which a version comes last. */
export function comparePrereleases(a: Version['prerelease'], b: Version['prerelease']): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const [x, y] = [a[index], b[index]];
    if (x === y) continue;
    // Numbers come before words.
    if (typeof x === 'string') return typeof y === 'string' && x < y ? -1 : 1;
    return typeof y === 'string' ? -1 : compareParts(x, y);
  }
  return a.length - b.length;
}
