import { compare, eq, parse, SemVer } from 'semver';

const VERSION = String.raw`v?(\d+|[xX*])(\.(?:\d+|[xX*]))?(\.(?:\d+|[xX*]))?(-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?`;
const OPERATOR = String.raw`=||!=|>|<|>=|=>|<=|=<|~|~>|\^`;
const HYPHEN = new RegExp(String.raw`\s*(${VERSION})\s+-\s+(${VERSION})\s*`, 'g');
const COMPARATOR = new RegExp(`(${OPERATOR})\\s*(?:${VERSION})`, 'g');
const GROUP = new RegExp(`^(\\s*(${OPERATOR})\\s*(${VERSION})\\s*)((?:\\s+|,\\s*)(${OPERATOR})\\s*(${VERSION})\\s*)*$`);

interface Comparator {
  readonly operator: string;
  readonly bound: SemVer;
  /** Parts that were left out or written as `x`; `loose` alone is `*`. */
  readonly loose: boolean;
  readonly looseMinor: boolean;
  readonly loosePatch: boolean;
}

/**
 * A range of versions with the rules of Masterminds/semver v3, which Helm and Flux use. They differ from npm's: a comma is an "and", `!=` exists,
 * and prereleases match wherever one comparator of an "and" group names a prerelease (`>=1.0.0-0`).
 * @see https://github.com/Masterminds/semver
 */
export class VersionRange {
  /** Undefined where the text is no range. */
  static parse(text: string): VersionRange | undefined {
    const groups: Comparator[][] = [];
    const rewritten = text.replace(HYPHEN, (_whole, ...found: string[]) => ` >=${found[0]},<=${found[7]} `);
    for (const group of rewritten.split('||')) {
      if (!GROUP.test(group)) return undefined;
      groups.push([...group.matchAll(COMPARATOR)].map(comparatorOf));
    }
    return new VersionRange(groups);
  }

  private constructor(private readonly groups: readonly (readonly Comparator[])[]) {}

  includes(version: SemVer): boolean {
    return this.groups.some((group) => {
      const prereleases = group.some(({ bound }) => bound.prerelease.length > 0);
      return (version.prerelease.length === 0 || prereleases) && group.every((comparator) => admits(comparator, version));
    });
  }
}

/** A version as it may stand in a tag: complete, with or without a leading `v`. */
export function parseVersion(text: string): SemVer | undefined {
  return parse(text.replace(/^v/, '')) ?? undefined;
}

function comparatorOf(match: RegExpMatchArray): Comparator {
  const [, operator, major, minor = '', patch = '', prerelease = ''] = match;
  const isLoose = (part: string) => ['', 'x', 'X', '*'].includes(part.replace('.', ''));
  const loose = isLoose(major);
  const looseMinor = !loose && isLoose(minor);
  const loosePatch = !loose && !looseMinor && isLoose(patch);
  const number = (part: string, left: boolean) => (left ? 0 : Number.parseInt(part.replace('.', ''), 10));
  const bound = new SemVer(
    `${number(major, loose)}.${number(minor, loose || looseMinor)}.${number(patch, loose || looseMinor || loosePatch)}${prerelease}`,
  );
  return { operator, bound, loose: loose || looseMinor || loosePatch, looseMinor, loosePatch };
}

function admits(comparator: Comparator, version: SemVer): boolean {
  const { bound, loose, looseMinor, loosePatch } = comparator;
  switch (comparator.operator) {
    case '':
    case '=':
      return loose ? tilde(comparator, version) : eq(version, bound);
    case '!=':
      return !equalAsWritten(comparator, version);
    case '>':
      if (!loose || version.major !== bound.major) return compare(version, bound) > 0;
      if (looseMinor) return false;
      return loosePatch ? version.minor > bound.minor : compare(version, bound) > 0;
    case '<':
      return compare(version, bound) < 0;
    case '>=':
    case '=>':
      return compare(version, bound) >= 0;
    case '<=':
    case '=<':
      if (!loose) return compare(version, bound) <= 0;
      return version.major < bound.major || (version.major === bound.major && (version.minor <= bound.minor || looseMinor));
    case '~':
    case '~>':
      return tilde(comparator, version);
    default:
      return caret(comparator, version);
  }
}

function tilde({ bound, looseMinor, loosePatch }: Comparator, version: SemVer): boolean {
  if (compare(version, bound) < 0) return false;
  // `~0.0.0`, and with it `*`, means anything from 0.0.0 on.
  if (bound.major === 0 && bound.minor === 0 && bound.patch === 0 && !looseMinor && !loosePatch) return true;
  return version.major === bound.major && (version.minor === bound.minor || looseMinor);
}

function caret({ bound, looseMinor, loosePatch }: Comparator, version: SemVer): boolean {
  if (compare(version, bound) < 0) return false;
  if (bound.major > 0 || looseMinor) return version.major === bound.major;
  if (version.major > 0) return false;
  if (bound.minor > 0 || loosePatch) return version.minor === bound.minor;
  return version.minor === 0 && version.patch === bound.patch;
}

function equalAsWritten({ bound, loose, looseMinor, loosePatch }: Comparator, version: SemVer): boolean {
  if (!loose) return eq(version, bound);
  if (version.major !== bound.major) return false;
  if (looseMinor) return true;
  if (version.minor !== bound.minor) return false;
  return loosePatch ? String(version.prerelease) === String(bound.prerelease) : eq(version, bound);
}
