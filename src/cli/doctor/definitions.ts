import { type Kind, kinds } from '../../model/kinds';
import { apiVersionOf } from '../../model/object';
import type { Check, Finding } from './check';

/** Whether the cluster serves our kinds, in the versions that the agent reads. Of SealedSecrets there is a check of its own. */
export const definitions: Check = {
  name: 'definitions',
  look: async ({ client }) => {
    const served = new Set(await client.apiVersions());
    return definitionFindings(
      Object.values(kinds).filter(({ kind }) => kind !== kinds.SealedSecret.kind),
      served,
    );
  },
};

/** @param served `group/version/Kind` and `group/version` */
export function definitionFindings(wanted: readonly Kind[], served: ReadonlySet<string>): readonly Finding[] {
  const absent = wanted.filter((kind) => !served.has(`${apiVersionOf(kind)}/${kind.kind}`));
  if (absent.length === 0) return [{ level: 'ok', says: `all ${wanted.length} kinds are installed` }];
  const elsewhere = absent.flatMap((kind) => {
    const others = [...served].filter((one) => one.startsWith(`${kind.group}/`) && one.endsWith(`/${kind.kind}`));
    return others.length === 0 ? [] : [`${kind.kind} (as ${others.map((one) => one.split('/')[1]).join(', ')})`];
  });
  const gone = absent.map(({ kind }) => kind);
  const older = elsewhere.length === 0 ? '' : `; in another version: ${elsewhere.join(', ')}`;
  return [{ level: 'fail', says: `missing: ${gone.join(', ')}${older}`, remedy: 'fairlead crds | kubectl apply --server-side -f -' }];
}
