import type { Finding, ObjectChange } from '../types';
import { at } from './fields';
import { findingOf } from './subject';

const SCALED = ['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController'];

/** How many Pods there are to be, before and after. */
export function replicaFindings(change: ObjectChange): Finding[] {
  const { before, after, id } = change;
  if (before === undefined || after === undefined) return [];
  if (id.kind === 'HorizontalPodAutoscaler') return [...changed(change, 'minReplicas', 'at least'), ...changed(change, 'maxReplicas', 'at most')];
  return SCALED.includes(id.kind) ? changed(change, 'replicas', 'replicas') : [];
}

function changed(change: ObjectChange, field: string, words: string): Finding[] {
  const [was, is] = [change.before, change.after].map((object) => at(object, 'spec', field));
  if (was === is) return [];
  const text = `${words} ${show(was)} → ${show(is)}`;
  return [findingOf(change, { topic: 'replicas', level: is === 0 ? 'warning' : 'note', text })];
}

function show(count: unknown): string {
  return typeof count === 'number' ? String(count) : 'unset';
}
