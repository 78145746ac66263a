import { kinds } from '../../model/kinds';
import { type KubeObject, nameOf } from '../../model/object';
import { conditionsOf } from '../../objects/fields';
import { refOf } from '../live/world';
import { printAge } from '../print/age';
import type { Check, Finding } from './check';

const NAMESPACE = { group: '', version: 'v1', kind: 'Namespace' };
/** What is deleted in order is gone by then. */
const SLOW_MS = 5 * 60_000;

/** Objects and namespaces that do not go: a finalizer that nobody takes away, something inside that stays. */
export const stuckDeletions: Check = {
  name: 'deletions',
  needs: [kinds.Kustomization.kind, kinds.HelmRelease.kind],
  look: async ({ client, world, now }) => {
    const { objects } = await world();
    const namespaces = await client.list(NAMESPACE);
    const all = [...namespaces, ...Object.values(kinds).flatMap(({ kind }) => objects.list(kind))];
    return deletionFindings(all, now);
  },
};

export function deletionFindings(all: readonly KubeObject[], now: Date): readonly Finding[] {
  const stuck = all.filter(
    ({ metadata }) => metadata.deletionTimestamp !== undefined && now.getTime() - Date.parse(metadata.deletionTimestamp) > SLOW_MS,
  );
  if (stuck.length === 0) return [{ level: 'ok', says: 'none is stuck' }];
  return stuck.map((object): Finding => {
    const since = printAge(object.metadata.deletionTimestamp!, now);
    const what = nameOf(refOf(object));
    if (object.kind === NAMESPACE.kind) {
      const left = conditionsOf(object).filter(({ type, status }) => status === 'True' && /ContentRemaining|FinalizersRemaining|Failure/.test(type));
      const why = left.map(({ message }) => message).join('; ');
      const remedy = `see what is left in it: kubectl get all,helmreleases,sealedsecrets -n ${object.metadata.name}`;
      return { level: 'fail', says: `${what} is being deleted, asked for ${since}${why === '' ? '' : `: ${why}`}`, remedy };
    }
    const finalizers = (object.metadata.finalizers ?? []).join(', ');
    const remedy = 'the controller of that finalizer has to run; where it is gone for good take the finalizer away with kubectl edit';
    return { level: 'fail', says: `${what} is being deleted, asked for ${since}, held by ${finalizers || 'nothing we can see'}`, remedy };
  });
}
