import { comparePrereleases, Version } from './version';

// As Masterminds writes them, spaces and misplaced bars included.
const SPACE = String.raw`[\t\n\f\r ]`;
const PART = '[0-9|xX*]+';
const VERSION = String.raw`v?(${PART})(\.${PART})?(\.${PART})?(-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?`;
const OPERATOR = String.raw`=||!=|>|<|>=|=>|<=|=<|~|~>|\^`;
const HYPHEN = new RegExp(`${SPACE}*(${VERSION})${SPACE}+-${SPACE}+(${VERSION})${SPACE}*`, 'g');
const COMPARATOR = new RegExp(`(${OPERATOR})${SPACE}*(${VERSION})`, 'g');
const ONE = `(${OPERATOR})${SPACE}*(${VERSION})${SPACE}*`;
const GROUP = new RegExp(`^(${SPACE}*${ONE})((?:${SPACE}+|,${SPACE}*)${ONE})*$`);
const MAX_LENGTH = 512;
const MAX_GROUPS = 32;

interface Comparator {
  readonly operator: string;
  readonly bound: Version;
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
    const rewritten = text.replace(HYPHEN, (_whole, ...found: string[]) => `>= ${found[0]}, <= ${found[7]} `);
    const groups = rewritten.split('||');
    if (text.length > MAX_LENGTH || groups.length > MAX_GROUPS) return undefined;
    const read: Comparator[][] = [];
    for (const group of groups) {
      if (!GROUP.test(group)) return undefined;
      const comparators = [...group.matchAll(COMPARATOR)].map(comparatorOf);
      if (!comparators.every((comparator) => comparator !== undefined)) return undefined;
      read.push(comparators);
    }
    return new VersionRange(read);
  }

  private constructor(private readonly groups: readonly (readonly Comparator[])[]) {}

  includes(version: Version): boolean {
    return this.groups.some((group) => {
      const prereleases = group.some(({ bound }) => bound.prerelease.length > 0);
      return (version.prerelease.length === 0 || prereleases) && group.every((comparator) => admits(comparator, version));
    });
  }
}

/**
 * A version as it may stand in a tag, by Flux's rules: with or without a leading `v`, numbers with or without leading zeros (`v2025.02.03`), and
 * complete, so that `1.2` and `20240105` are none.
 */
export function parseVersion(text: string): Version | undefined {
  const dot = text.indexOf('.');
  return dot < 0 || text.indexOf('.', dot + 1) < 0 ? undefined : Version.parse(text);
}

/** Undefined where a number of it is too large or none at all. */
function comparatorOf([, operator, whole, major, minor = '', patch = '', prerelease = '']: RegExpMatchArray): Comparator | undefined {
  const isLoose = (part: string) => ['', 'x', 'X', '*'].includes(part.replace('.', ''));
  const loose = isLoose(major);
  const looseMinor = !loose && isLoose(minor);
  const loosePatch = !loose && !looseMinor && isLoose(patch);
  const written = loose ? '0.0.0' : looseMinor ? `${major}.0.0` : loosePatch ? `${major}${minor}.0` : undefined;
  const bound = Version.parse(written === undefined ? whole : `${written}${prerelease}`);
  return bound && { operator, bound, loose: loose || looseMinor || loosePatch, looseMinor, loosePatch };
}

function admits(comparator: Comparator, version: Version): boolean {
  const { bound, loose, looseMinor, loosePatch } = comparator;
  switch (comparator.operator) {
    case '':
    case '=':
      return loose ? tilde(comparator, version) : version.compare(bound) === 0;
    case '!=':
      return !equalAsWritten(comparator, version);
    case '>':
      if (!loose || version.major !== bound.major) return version.compare(bound) > 0;
      if (looseMinor) return false;
      return loosePatch ? version.minor > bound.minor : version.compare(bound) > 0;
    case '<':
      return version.compare(bound) < 0;
    case '>=':
    case '=>':
      return version.compare(bound) >= 0;
    case '<=':
    case '=<':
      if (!loose) return version.compare(bound) <= 0;
      return version.major < bound.major || (version.major === bound.major && (version.minor <= bound.minor || looseMinor));
    case '~':
    case '~>':
      return tilde(comparator, version);
    default:
      return caret(comparator, version);
  }
}

function tilde({ bound, looseMinor, loosePatch }: Comparator, version: Version): boolean {
  if (version.compare(bound) < 0) return false;
  // `~0.0.0`, and with it `*`, means anything from 0.0.0 on.
  if (bound.major === 0 && bound.minor === 0 && bound.patch === 0 && !looseMinor && !loosePatch) return true;
  return version.major === bound.major && (version.minor === bound.minor || looseMinor);
}

function caret({ bound, looseMinor, loosePatch }: Comparator, version: Version): boolean {
  if (version.compare(bound) < 0) return false;
  if (bound.major > 0 || looseMinor) return version.major === bound.major;
  if (version.major > 0) return false;
  if (bound.minor > 0 || loosePatch) return version.minor === bound.minor;
  return version.minor === 0 && version.patch === bound.patch;
}

function equalAsWritten({ bound, loose, looseMinor, loosePatch }: Comparator, version: Version): boolean {
  if (!loose) return version.compare(bound) === 0;
  if (version.major !== bound.major) return false;
  if (looseMinor) return true;
  if (version.minor !== bound.minor) return false;
  return loosePatch ? comparePrereleases(version.prerelease, bound.prerelease) === 0 : version.compare(bound) === 0;
}
