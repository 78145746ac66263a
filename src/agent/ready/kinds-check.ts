import type { KubeClient } from '../../kube/types';
import type { Kind } from '../../model/kinds';
import { apiVersionOf } from '../../model/object';
import type { ReadinessCheck } from '../runtime/readiness';

/** Whether the cluster serves every kind that is reconciled, in the version that is read and written. */
export function kindsCheck(client: Pick<KubeClient, 'resource' | 'apiVersions'>, kinds: readonly Kind[]): ReadinessCheck {
  return {
    name: 'kinds',
    check: async () => {
      const problems: string[] = [];
      for (const kind of kinds) if ((await client.resource(kind, { now: true })) === undefined) problems.push(await describe(client, kind));
      return problems;
    },
  };
}

async function describe(client: Pick<KubeClient, 'apiVersions'>, kind: Kind): Promise<string> {
  const others = (await client.apiVersions())
    .map((name) => name.split('/'))
    .filter(([group, , name]) => group === kind.group && name === kind.kind)
    .map(([, version]) => version);
  const instead = others.length === 0 ? '' : ` (it is as ${others.join(', ')})`;
  return `${kind.kind} of ${apiVersionOf(kind)} is not served${instead}: apply its CustomResourceDefinition, as fairlead crds prints it`;
}
