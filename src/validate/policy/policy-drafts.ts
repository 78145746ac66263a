import type { Draft } from '../finding';
import { type Manifest, metadataOf } from '../manifest';
import type { Policy, PolicyContext } from './policy';
import type { PolicyObject } from './policy-object';

/** What policies say of an object. A policy that throws is told like one that is violated: it has not said that all is well. */
export function policyDrafts(
  { object, file, release }: Manifest,
  policies: readonly Policy[],
  place: Pick<PolicyContext, 'cluster' | 'kubernetesVersion'>,
): Draft[] {
  const seen = { ...object, metadata: metadataOf(object) } as PolicyObject;
  const context: PolicyContext = { ...place, file, ...(release && { release: release.name }) };
  return policies.flatMap((policy): Draft[] => {
    const { name: rule, severity, remedy = '' } = policy;
    try {
      return policy
        ._violations(seen, context)
        .map((one) => ({ rule, severity, field: one.field, message: one.message, remedy: one.remedy ?? remedy }));
    } catch (error) {
      return [
        { rule, severity: 'error', message: `could not be judged: ${error instanceof Error ? error.message : error}`, remedy: 'correct the policy' },
      ];
    }
  });
}
