import { digestOf } from '../../common/digest';
import type { HelmReleaseSpec } from './helm-release';
import type { Ingredients } from './release-state';

const MAX_LABEL = 63;

/**
 * Digests of what a release is made of, as label values. Beside the values' digest go whatever else of the spec shapes the
 * objects: post-renderers and common metadata.
 */
export function ingredientsOf(chartDigest: string, configDigest: string, spec: HelmReleaseSpec): Ingredients {
  const shaping = [spec.postRenderers, spec.postRenderStrategy, spec.commonMetadata];
  const shaped = shaping.every((part) => part === undefined) ? configDigest : hash(configDigest, ...shaping);
  return { chart: asLabel(chartDigest), config: asLabel(shaped) };
}

/** `git:<hex>` and `sha256:<hex>` as label values: the colon becomes a dash, what is over 63 characters is cut. */
export function asLabel(digest: string): string {
  return digest
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .slice(0, MAX_LABEL)
    .replace(/[^A-Za-z0-9]+$/, '');
}

function hash(...parts: readonly unknown[]): string {
  return digestOf(JSON.stringify(parts));
}
