import { DERIVED, labels } from '../../model/labels';
import { sameRef, type VersionRef } from '../../model/version-ref';
import type { ImageUpdateAutomation } from './automation';
import { isSelected } from './automation-selector';
import type { ImagePolicy } from './types';

/** Policies of an automation that have chosen, by their name in markers: `<namespace>:<name>`. */
export interface Choices {
  /** Edited wherever a marker names them. */
  readonly direct: ReadonlyMap<string, VersionRef>;
  /** Values are computed from these: their locks alone are edited, and a synth is due. */
  readonly derived: ReadonlyMap<string, VersionRef>;
  /** Both, as status keeps them. */
  readonly observed: Readonly<Record<string, VersionRef>>;
}

/** Whether an automation edits what a policy chooses, and how. */
export function partOf(automation: ImageUpdateAutomation, policy: ImagePolicy): 'direct' | 'derived' | undefined {
  const { namespace, name } = automation.metadata;
  if (policy.metadata.namespace !== namespace) return undefined;
  const owner = policy.metadata.labels?.[labels.automation];
  if (owner?.endsWith(DERIVED)) return owner === `${name}${DERIVED}` ? 'derived' : undefined;
  return isSelected(policy.metadata.labels, automation.spec.policySelector) ? 'direct' : undefined;
}

export function choicesOf(automation: ImageUpdateAutomation, policies: readonly ImagePolicy[]): Choices {
  const choices = { direct: new Map<string, VersionRef>(), derived: new Map<string, VersionRef>() };
  const observed: [string, VersionRef][] = [];
  for (const policy of policies) {
    const part = partOf(automation, policy);
    const latest = policy.status?.latestRef;
    if (part === undefined || latest === undefined || policy.metadata.deletionTimestamp !== undefined) continue;
    const { name, tag, digest } = latest;
    const ref = digest ? { name, tag, digest } : { name, tag };
    choices[part].set(`${policy.metadata.namespace}:${policy.metadata.name}`, ref);
    observed.push([policy.metadata.name, ref]);
  }
  return { ...choices, observed: Object.fromEntries(observed.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

export function sameChoices(a: Readonly<Record<string, VersionRef>> = {}, b: Readonly<Record<string, VersionRef>>): boolean {
  const names = Object.keys(b);
  if (Object.keys(a).length !== names.length) return false;
  return names.every((name) => a[name] !== undefined && sameRef(a[name], b[name]));
}
