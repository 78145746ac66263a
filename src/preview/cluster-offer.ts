import type { KubeObject } from '../model/object';
import { crdPolicy } from '../objects/crd-policy';
import type { ChartFinder, HelmReleaseObject } from './chart-finder';
import { isDefinition, scopesOf, servedBy } from './cluster-files';
import type { ClusterScene } from './cluster-scene';
import { objectOf } from './preview-object';
import type { Offer } from './release-preview';

const CRD_FILES = /(^|\/)crds\/[^/]+.*\.(ya?ml|json)$/;

/** What a cluster offers once everything in its files is there: what Kubernetes does, and CRDs, also those of charts that its releases install. */
export async function clusterOffer(scene: ClusterScene, charts: ChartFinder, releases: readonly HelmReleaseObject[]): Promise<Offer> {
  const installed = await Promise.all(
    releases.filter((release) => crdPolicy(release, 'install') !== 'Skip').map((release) => crdsOf(scene, charts, release)),
  );
  const definitions = [...scene.files.crds(), ...installed.flat()];
  const extraApiVersions = servedBy(definitions);
  return {
    capabilities: (version = scene.kubernetesVersion) => ({
      kubeVersion: kubeVersion(version),
      apiVersions: scene.options.apiVersions?.(version),
      extraApiVersions,
    }),
    isClusterScoped: scopesOf(definitions),
  };
}

/** None where the chart cannot be had: that is told of with the release. */
async function crdsOf(
  { options: { engine }, memory }: ClusterScene,
  charts: ChartFinder,
  release: HelmReleaseObject,
): Promise<readonly KubeObject[]> {
  try {
    const chart = await charts.chartOf(release);
    return await memory.once(`crds ${chart.digest}`, async () => {
      const files = chart.files.map(({ path }) => path).filter((path) => CRD_FILES.test(path));
      if (files.length === 0) return [];
      return (await engine.parse(chart, { files })).objects.filter(isDefinition).map(objectOf);
    });
  } catch {
    return [];
  }
}

function kubeVersion(version: string | undefined): string | undefined {
  if (version === undefined) return undefined;
  const plain = version.replace(/^v/, '');
  return `v${/^\d+\.\d+$/.test(plain) ? `${plain}.0` : plain}`;
}
