import { digestOf } from '../../common/digest';
import { keyOf, type ManifestObject } from '../../model/object';
import type { Kustomization, KustomizationSpec } from './kustomization';

/**
 * What was made of what, kept in `history[0].metadata` beside Flux's `revision`: the CRD prunes status fields it does not know.
 * Only a complete apply leaves it behind.
 */
export interface AppliedState {
  /** Digest of everything the objects were made of. */
  readonly inputs: string;
  /** Folder that holds every file that was read. */
  readonly scope: string;
  /** Digest of the source's content there. */
  readonly tree: string;
}

const KEYS = { inputs: 'fairlead.dev/inputs', scope: 'fairlead.dev/scope', tree: 'fairlead.dev/tree' } as const;

/** Fields that say when and what then, not what is applied. */
const SCHEDULING: readonly string[] = [
  ...['interval', 'retryInterval', 'timeout', 'suspend', 'dependsOn'],
  ...['prune', 'deletionPolicy', 'wait', 'healthChecks', 'healthCheckExprs'],
];

export function appliedState({ status }: Kustomization): AppliedState | undefined {
  const metadata = status?.history?.[0]?.metadata;
  const [inputs, scope, tree] = [metadata?.[KEYS.inputs], metadata?.[KEYS.scope], metadata?.[KEYS.tree]];
  return inputs === undefined || scope === undefined || tree === undefined ? undefined : { inputs, scope, tree };
}

export function stateMetadata(revision: string, state?: AppliedState): Record<string, string> {
  return { revision, ...(state === undefined ? {} : { [KEYS.inputs]: state.inputs, [KEYS.scope]: state.scope, [KEYS.tree]: state.tree }) };
}

/** @param values - What the ConfigMaps and Secrets in use are at: names and versions, never their content. */
export function inputsDigest(tree: string, spec: KustomizationSpec, values: readonly string[]): string {
  const relevant = Object.entries(spec)
    .filter(([name]) => !SCHEDULING.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return digestOf(JSON.stringify([tree, relevant, values]));
}

/** Of the objects as they were built, in any order. */
export function objectsDigest(objects: readonly ManifestObject[]): string {
  const lines = objects.map((object) => `${keyOf(object)} ${object.digest}`).sort();
  return digestOf(lines.join('\n'));
}
