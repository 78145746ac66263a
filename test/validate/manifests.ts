import type { ClusterManifests } from '../../src/validate/cluster-manifests';
import type { Finding } from '../../src/validate/finding';
import { parseManifests } from '../../src/validate/parse-manifests';
import { fieldText } from '../../src/validate/schema/field';
import { type ValidationOptions, validateCluster } from '../../src/validate/validate-cluster';

/** What validation says of a text of manifests, as the whole of one cluster. */
export function findingsIn(text: string, options: ValidationOptions = {}, cluster: Partial<ClusterManifests> = {}): readonly Finding[] {
  const { manifests } = parseManifests(text, 'a.yaml');
  const definitions = manifests.map(({ object }) => object).filter(({ kind }) => kind === 'CustomResourceDefinition');
  return validateCluster(
    { name: 'gke', manifests, releases: [], defaults: new Map(), problems: [], isWhole: true, ...cluster },
    definitions,
    options,
  );
}

/** `rule: field message` of those of one rule. */
export function told(rule: string, text: string, options?: ValidationOptions, cluster?: Partial<ClusterManifests>): string[] {
  return findingsIn(text, options, cluster)
    .filter((one) => one.rule === rule)
    .map(({ severity, field, message }) => `${severity} ${fieldText(field)} ${message}`.replace('  ', ' '));
}
