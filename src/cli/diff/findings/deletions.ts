import { kinds } from '../../../model/kinds';
import { annotations } from '../../../model/labels';
import type { ObjectId } from '../../../model/object';
import { optOutsOf } from '../../../objects/opt-outs';
import type { Preview } from '../../../preview/types';
import type { Finding, ObjectChange } from '../types';
import { mapAt, textAt } from './fields';
import { findingOf } from './subject';
import { kustomizationOf } from './sync-objects';

/** Kinds that hold what cannot be made again from Git, and what goes with them. */
const STATEFUL: { readonly [kind: string]: string } = {
  '/Namespace': 'everything inside goes with it',
  '/PersistentVolumeClaim': 'its volume goes with it unless the class retains it',
  '/PersistentVolume': 'its storage may go with it',
  '/Secret': 'what it holds is in no repository',
  'apps/StatefulSet': 'its claims stay unless it says otherwise',
  'apiextensions.k8s.io/CustomResourceDefinition': 'every object of its kind goes with it',
  'bitnami.com/SealedSecret': 'its Secret goes with it',
};

const DATABASES =
  /postgres|mysql|mariadb|percona|mongo|redis|valkey|kafka|rabbitmq|nats|elastic|opensearch|cassandra|scylla|couch|etcd|minio|clickhouse|influx|timescale|cockroach|vault|consul|zookeeper|prometheus|loki|(?:^|[-_])(?:db|database|sql)(?:$|[-_])/i;

/** Objects a cluster loses. */
export function deletionFindings(change: ObjectChange, after: Preview): Finding[] {
  if (change.change !== 'removed' || change.isHook || change.before === undefined) return [];
  if (isKept(change, after))
    return [findingOf(change, { topic: 'deletion', level: 'note', text: 'stays in the cluster, and nothing looks after it' })];
  const loss = lossOf(change);
  return [
    findingOf(change, {
      topic: 'deletion',
      level: loss === undefined ? 'warning' : 'danger',
      text: loss === undefined ? 'deleted' : `deleted: ${loss}`,
    }),
  ];
}

/** Whether an object says that it is not to be deleted, or what applied it deletes nothing. */
export function isKept({ place, before }: Pick<ObjectChange, 'place' | 'before'>, after: Preview): boolean {
  if (before === undefined) return false;
  if (place.release === undefined && mapAt(kustomizationOf(after, place), 'spec').prune === false) return true;
  return optOutsOf(before.metadata).kept || (place.release !== undefined && before.metadata.annotations?.[annotations.helmResourcePolicy] === 'keep');
}

/** What is lost for good with an object. */
function lossOf({ id, before }: { readonly id: Pick<ObjectId, 'group' | 'kind'>; readonly before?: ObjectChange['before'] }): string | undefined {
  const loss = STATEFUL[`${id.group}/${id.kind}`];
  if (loss !== undefined) return loss;
  if (id.kind !== kinds.HelmRelease.kind || id.group !== kinds.HelmRelease.group) return undefined;
  const named = [textAt(before, 'metadata', 'name'), textAt(before, 'spec', 'chart', 'spec', 'chart')].some((name) => DATABASES.test(name ?? ''));
  return named ? 'it looks like a database' : undefined;
}
