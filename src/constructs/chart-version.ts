import { errors, type FairleadError } from '../common/errors';
import { parseVersion, VersionRange } from '../common/version-range';

/** Which version of a chart to run. */
export class ChartVersion {
  /**
   * The version in the lock, where automation may raise it within a range.
   * @param range with the rules of Masterminds/semver
   */
  public static locked(range = '*'): ChartVersion {
    return new ChartVersion('locked', range);
  }

  /** This version, until somebody writes another one here. */
  public static exact(version: string): ChartVersion {
    return new ChartVersion('exact', version);
  }

  /** The highest version in a range, found by the cluster: Git does not say which. */
  public static floating(range: string): ChartVersion {
    return new ChartVersion('floating', range);
  }

  private constructor(
    /** @internal */
    readonly _mode: 'locked' | 'exact' | 'floating',
    /** @internal Version or range. */
    readonly _text: string,
  ) {}

  /** @internal */
  _problems(chart: string): FairleadError[] {
    if (this._mode === 'locked') return [errors.ChartNotLocked({ chart, range: this._text })];
    if (this._mode === 'exact') return parseVersion(this._text) ? [] : [errors.ChartVersionInvalid({ chart, version: this._text })];
    return VersionRange.parse(this._text) ? [] : [errors.ChartRangeInvalid({ chart, range: this._text })];
  }
}
