import { isDeepStrictEqual } from 'node:util';
import { kinds } from '../../../model/kinds';
import type { KubeObject, ObjectId } from '../../../model/object';
import { optOutsOf } from '../../../objects/opt-outs';
import type { Finding, ObjectChange } from '../types';
import { at, mapAt } from './fields';
import { findingOf } from './subject';

type Rule = (before: KubeObject, after: KubeObject) => readonly string[];

/** What the API server refuses to change once an object is there, by group and kind. */
const RULES: { readonly [kind: string]: Rule } = {
  'apps/Deployment': only('spec.selector'),
  'apps/DaemonSet': only('spec.selector'),
  'apps/ReplicaSet': only('spec.selector'),
  'apps/StatefulSet': specBut([
    'replicas',
    'ordinals',
    'template',
    'updateStrategy',
    'revisionHistoryLimit',
    'persistentVolumeClaimRetentionPolicy',
    'minReadySeconds',
  ]),
  'batch/Job': only('spec.template', 'spec.selector', 'spec.completionMode'),
  '/PersistentVolumeClaim': (before, after) => [
    ...specBut(['resources', 'volumeAttributesClassName'])(before, after),
    ...(shrinks(before, after) ? ['spec.resources.requests.storage'] : []),
  ],
  '/PersistentVolume': specBut([
    'capacity',
    'accessModes',
    'claimRef',
    'persistentVolumeReclaimPolicy',
    'storageClassName',
    'mountOptions',
    'nodeAffinity',
    'volumeAttributesClassName',
  ]),
  '/Service': (before, after) => (at(after, 'spec', 'clusterIP') === undefined ? [] : only('spec.clusterIP')(before, after)),
  '/Secret': (before, after) => [...only('type')(withType(before), withType(after)), ...sealedBy('data', 'stringData')(before, after)],
  '/ConfigMap': sealedBy('data', 'binaryData'),
  'rbac.authorization.k8s.io/RoleBinding': only('roleRef'),
  'rbac.authorization.k8s.io/ClusterRoleBinding': only('roleRef'),
  'storage.k8s.io/StorageClass': only('provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode'),
  'scheduling.k8s.io/PriorityClass': only('value', 'preemptionPolicy'),
  'node.k8s.io/RuntimeClass': only('handler'),
  'networking.k8s.io/IngressClass': only('spec.controller'),
  'apiextensions.k8s.io/CustomResourceDefinition': only('spec.scope', 'spec.group', 'spec.names.plural'),
};

/** Fields that cannot be changed in place: the API server refuses the object as a whole. */
export function immutableFindings(change: ObjectChange): Finding[] {
  const { before, after, id } = change;
  if (before === undefined || after === undefined || change.isHook) return [];
  if (id.kind === kinds.HelmRelease.kind && id.group === kinds.HelmRelease.group) return renamedRelease(change);
  const fields = immutableChanges(id, before, after);
  if (fields.length === 0) return [];
  const recreated = optOutsOf(after.metadata).recreated;
  const text = `${fields.join(', ')} cannot be changed: ${recreated ? 'it is deleted and created again' : 'the API server refuses it'}`;
  return [findingOf(change, { topic: 'immutable', level: 'danger', text })];
}

function immutableChanges(id: Pick<ObjectId, 'group' | 'kind'>, before: KubeObject, after: KubeObject): readonly string[] {
  return RULES[`${id.group}/${id.kind}`]?.(before, after) ?? [];
}

/** Helm knows a release by its name and namespace: another one is installed beside, and the old one uninstalled. */
function renamedRelease(change: ObjectChange): Finding[] {
  const fields = only('spec.releaseName', 'spec.targetNamespace', 'spec.storageNamespace')(change.before as KubeObject, change.after as KubeObject);
  if (fields.length === 0) return [];
  return [findingOf(change, { topic: 'immutable', level: 'danger', text: `${fields.join(', ')} changes: it is uninstalled and installed anew` })];
}

function only(...paths: readonly string[]): Rule {
  return (before, after) => paths.filter((path) => !isDeepStrictEqual(at(before, ...path.split('.')), at(after, ...path.split('.'))));
}

function specBut(mutable: readonly string[]): Rule {
  return (before, after) => {
    const [old, now] = [mapAt(before, 'spec'), mapAt(after, 'spec')];
    const fields = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((field) => !mutable.includes(field));
    return fields.filter((field) => !isDeepStrictEqual(old[field], now[field])).map((field) => `spec.${field}`);
  };
}

/** Of an object that says it is immutable. */
function sealedBy(...fields: readonly string[]): Rule {
  return (before, after) => (before.immutable === true ? only('immutable', ...fields)(before, after) : []);
}

function withType(secret: KubeObject): KubeObject {
  return { ...secret, type: secret.type ?? 'Opaque' };
}

function shrinks(before: KubeObject, after: KubeObject): boolean {
  const [was, is] = [before, after].map((claim) => bytesOf(at(claim, 'spec', 'resources', 'requests', 'storage')));
  return was !== undefined && is !== undefined && is < was;
}

const UNITS = ['', 'k', 'M', 'G', 'T', 'P', 'E'];

/** A quantity of Kubernetes in bytes. */
function bytesOf(quantity: unknown): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([kKMGTPE]?)(i?)$/.exec(String(quantity));
  if (match === null) return undefined;
  return Number(match[1]) * (match[3] === 'i' ? 1024 : 1000) ** UNITS.indexOf(match[2] === 'K' ? 'k' : match[2]);
}
