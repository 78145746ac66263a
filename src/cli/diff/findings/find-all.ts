import type { Preview } from '../../../preview/types';
import type { Comparison, Finding, ObjectChange, Topic } from '../types';
import { budgetFindings } from './budgets';
import { clusterFindings, moveFindings } from './clusters';
import { crdFindings } from './crds';
import { deletionFindings } from './deletions';
import { imageFindings } from './images';
import { immutableFindings } from './immutable-fields';
import { rbacFindings } from './rbac';
import { layerFindings, releaseFindings } from './releases';
import { renameFindings } from './renamed-layers';
import { replicaFindings } from './replicas';
import { suspensionFindings } from './suspensions';
import { clusterAt } from './sync-objects';

/** The order of a summary. */
export const TOPICS: readonly Topic[] = [
  'problem',
  'cluster',
  'deletion',
  'immutable',
  'crd',
  'rbac',
  'image',
  'replicas',
  'chart',
  'budget',
  'option',
  'suspended',
  'move',
];

const OBJECT_RULES: readonly ((change: ObjectChange, after: Preview) => Finding[])[] = [
  deletionFindings,
  immutableFindings,
  crdFindings,
  rbacFindings,
  imageFindings,
  replicaFindings,
];

/** What a reviewer should know of a comparison, worst first. */
export function findAll(comparison: Comparison, before: Preview, after: Preview): Finding[] {
  const found = [
    ...layerFindings(before, after),
    ...clusterFindings(before, after),
    // What is in a cluster that nothing is left to prune is not deleted.
    ...comparison.objects
      .filter(({ place }) => clusterAt(after, place.cluster) !== undefined)
      .flatMap((change) => OBJECT_RULES.flatMap((rule) => rule(change, after))),
    ...comparison.releases.flatMap(releaseFindings),
    ...budgetFindings(comparison, before, after),
    ...suspensionFindings(comparison, after),
    ...renameFindings(before, after),
    ...moveFindings(comparison),
  ];
  return sortFindings(found);
}

export function sortFindings(findings: readonly Finding[]): Finding[] {
  const levels = ['danger', 'warning', 'note'];
  return [...findings].sort((a, b) => TOPICS.indexOf(a.topic) - TOPICS.indexOf(b.topic) || levels.indexOf(a.level) - levels.indexOf(b.level));
}
