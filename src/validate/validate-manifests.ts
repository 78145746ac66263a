import type { Draft, Finding } from './finding';
import { type Manifest, shownName } from './manifest';
import { ruleOf } from './rules';
import { schemaDrafts } from './rules/schema';
import { Kubernetes } from './schema/kubernetes-schemas';
import { Schemas } from './schema/schemas';

export interface ValidationOptions {
  /** Version of the cluster, such as `1.36`. @default - the newest whose schemas ship */
  readonly kubernetesVersion?: string;
}

/** What the rules find in the objects of one cluster. */
export function validateManifests(manifests: readonly Manifest[], { kubernetesVersion }: ValidationOptions = {}): Finding[] {
  const definitions = manifests.map(({ object }) => object).filter(({ kind }) => kind === 'CustomResourceDefinition');
  const schemas = new Schemas(Kubernetes.near(kubernetesVersion), definitions);
  return manifests.flatMap((manifest) => schemaDrafts(manifest.object, schemas).map((draft) => findingOf(draft, manifest)));
}

export function findingOf(draft: Draft, { object, file, document, release }: Manifest): Finding {
  const rule = ruleOf(draft.rule);
  return {
    rule: draft.rule,
    severity: draft.severity ?? rule?.severity ?? 'error',
    message: draft.message,
    remedy: draft.remedy ?? rule?.remedy ?? '',
    file,
    document,
    field: draft.field ?? [],
    object: shownName(object),
    ...(release && { release }),
  };
}
