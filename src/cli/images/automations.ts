import { kinds } from '../../model/kinds';
import { DERIVED, labels } from '../../model/labels';
import type { KubeObject } from '../../model/object';

interface Automation extends KubeObject {
  readonly spec?: {
    readonly git?: {
      readonly checkout?: { readonly ref?: { readonly branch?: string } };
      readonly push?: { readonly branch?: string };
    };
  };
}

/** Who changes what a policy chooses: `commit`, `pull request` or `off`; with `, synth due` after it where a person has to synthesize. */
export function automationsOf(objects: readonly KubeObject[]): Map<string, string> {
  const automations = new Map(
    objects.filter(({ kind }) => kind === kinds.ImageUpdateAutomation.kind).map((object) => [object.metadata.name, object as Automation]),
  );
  const policies = objects.filter(({ kind }) => kind === kinds.ImagePolicy.kind);
  return new Map(
    policies.map(({ metadata }) => {
      const label = metadata.labels?.[labels.automation];
      return [`${metadata.namespace}:${metadata.name}`, label === undefined ? 'off' : describe(label, automations)];
    }),
  );
}

function describe(label: string, automations: ReadonlyMap<string, Automation>): string {
  const isDerived = label.endsWith(DERIVED);
  const git = automations.get(isDerived ? label.slice(0, -DERIVED.length) : label)?.spec?.git;
  const pushes = git?.push?.branch;
  const how = pushes === undefined || pushes === git?.checkout?.ref?.branch ? 'commit' : 'pull request';
  return isDerived ? `${how}, synth due` : how;
}
