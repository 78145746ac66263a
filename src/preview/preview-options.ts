import type { Engine } from '../render/types';
import type { ChartLibrary } from './chart-library';
import type { PreviewMemory } from './preview-memory';

export interface PreviewOptions {
  readonly engine: Engine;
  /** Where charts come from that the tree does not hold. */
  readonly charts: ChartLibrary;
  /** Instead of the version that the manifests name, such as `1.37`. */
  readonly kubernetesVersion?: string;
  /** What templates see that a version of Kubernetes serves by itself: `group/version` and `group/version/Kind`. @default - Helm's own list */
  readonly apiVersions?: (kubernetesVersion: string | undefined) => readonly string[];
  /** Clusters of interest. @default - all */
  readonly clusters?: readonly string[];
  /** Layers of interest, by name: others are built, since releases read their ConfigMaps and definitions, but neither rendered nor given. @default - all */
  readonly layers?: readonly string[];
  /** `later`: nothing is rendered until `render` of a release is called. @default now */
  readonly rendering?: 'now' | 'later';
  /** What previews of several trees share, so that what is equal in both is read and rendered once. @default - nothing */
  readonly memory?: PreviewMemory;
}
