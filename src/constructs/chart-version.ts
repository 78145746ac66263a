import { errors, type FairleadError } from '../common/errors';
import { parseVersion, VersionRange } from '../common/version-range';
import type { Automation } from './automation';

/** How a locked version begins and changes. */
export interface LockedChartOptions {
  /**
   * Version to run until the lock has one.
   * @default - none: `fairlead lock` looks one up
   */
  readonly initial?: string;

  /**
   * What becomes of new versions in the range.
   * @default - as in the layer
   */
  readonly automation?: Automation;
}

/** Which version of a chart to run. */
export class ChartVersion {
  /**
   * The version in the lock, where automation may raise it within a range.
   * @param range with the rules of Masterminds/semver
   */
  public static locked(range = '*', options: LockedChartOptions = {}): ChartVersion {
    return new ChartVersion('locked', range, options);
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
    private readonly options: LockedChartOptions = {},
  ) {}

  /** @internal */
  get _isExact(): boolean {
    return this.mode === 'exact';
  }

  /** @internal */
  get _isLocked(): boolean {
    return this.mode === 'locked';
  }

  /** Version or range. @internal */
  get _text(): string {
    return this.text;
  }

  /** Of locked ones. @internal */
  get _options(): LockedChartOptions {
    return this.options;
  }

  /** @internal */
  _problems(chart: string): FairleadError[] {
    if (this.mode === 'exact') return parseVersion(this.text) ? [] : [errors.ChartVersionInvalid({ chart, version: this.text })];
    const { initial } = this.options;
    return [
      ...(VersionRange.parse(this.text) ? [] : [errors.ChartRangeInvalid({ chart, range: this.text })]),
      ...(initial === undefined || parseVersion(initial) ? [] : [errors.InitialInvalid({ initial, name: chart })]),
    ];
  }
}
