import type { ChartBinding } from './chart-binding';
import type { ChartVersion } from './chart-version';
import { type GitChartProps, gitChart, localChart } from './git-chart';
import { ociChart } from './oci-chart';

/** Where a release's chart comes from. Charts of Helm repositories come from `repository.chart(name)`. */
export class ChartSource {
  /** A folder of a Git repository. A release upgrades when the folder's content changes, whatever the chart's version says. */
  public static git(props: GitChartProps): ChartSource {
    return new ChartSource(gitChart(props));
  }

  /**
   * A folder beside the program.
   * @param path from the folder of cdk8s.yaml
   */
  public static local(path: string): ChartSource {
    return new ChartSource(localChart(path));
  }

  /**
   * A chart in an OCI registry.
   * @param url with the chart's name: `oci://ghcr.io/stefanprodan/charts/podinfo`
   */
  public static oci(url: string, version: ChartVersion): ChartSource {
    return new ChartSource(ociChart(url, version));
  }

  /** @internal */
  static _of(binding: ChartBinding): ChartSource {
    return new ChartSource(binding);
  }

  private constructor(private readonly binding: ChartBinding) {}

  /** @internal */
  get _binding(): ChartBinding {
    return this.binding;
  }
}
