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
    private readonly mode: 'locked' | 'exact' | 'floating',
    private readonly text: string,
  ) {}

  /** @internal */
  get _isExact(): boolean {
    return this.mode === 'exact';
  }

  /** Version or range. @internal */
  get _text(): string {
    return this.text;
  }

  /** @internal */
  _problems(chart: string): FairleadError[] {
    if (this.mode === 'locked') return [errors.ChartNotLocked({ chart, range: this.text })];
    if (this.mode === 'exact') return parseVersion(this.text) ? [] : [errors.ChartVersionInvalid({ chart, version: this.text })];
    return VersionRange.parse(this.text) ? [] : [errors.ChartRangeInvalid({ chart, range: this.text })];
  }
}
