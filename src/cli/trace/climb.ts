import type { KubeClient } from '../../kube/types';
import { kinds } from '../../model/kinds';
import { labels } from '../../model/labels';
import { type KubeObject, type ObjectId, splitApiVersion } from '../../model/object';
import { type LiveKustomization, sourceRefOf } from '../live/layers';

/** From an object up to the source it came from, each the reason of the one before it. */
export interface Chain {
  readonly objects: readonly KubeObject[];
  /** The object that a Kustomization applied: what has a file. */
  readonly applied?: KubeObject;
  readonly kustomization?: LiveKustomization;
  readonly source?: KubeObject;
}

/** Follows owners, then the labels of releases and Kustomizations. Whatever may not be seen ends the way. */
export async function climb(client: KubeClient, from: KubeObject): Promise<Chain> {
  const objects: KubeObject[] = [from];
  for (let next = ownerOf(from); next !== undefined && objects.length < MOST; ) {
    const owner = await client.get(next);
    if (owner === undefined) break;
    objects.push(owner);
    next = ownerOf(owner);
  }
  const top = objects[objects.length - 1];
  const release = labelled(top, labels.helmNamespace, labels.helmName);
  const helm = release && (await client.get({ ...kinds.HelmRelease, ...release }));
  if (helm !== undefined) objects.push(helm);
  const applied = helm ?? top;
  const named = labelled(applied, labels.kustomizeNamespace, labels.kustomizeName);
  const kustomization = named && (await client.get<LiveKustomization>({ ...kinds.Kustomization, ...named }));
  if (kustomization === undefined) return { objects };
  if (kustomization.metadata.uid !== applied.metadata.uid) objects.push(kustomization);
  const { kind, namespace, name } = sourceRefOf(kustomization);
  const sourceKind = Object.values(kinds).find((one) => one.kind === kind);
  const source = sourceKind && (await client.get({ ...sourceKind, namespace, name }));
  return { objects: source === undefined ? objects : [...objects, source], applied, kustomization, ...(source !== undefined && { source }) };
}

/** Owners of owners are few; a ring of them would be none. */
const MOST = 10;

export function ownerOf({ metadata }: KubeObject): ObjectId | undefined {
  const owners = metadata.ownerReferences ?? [];
  const owner = owners.find(({ controller }) => controller) ?? owners[0];
  return owner && { ...splitApiVersion(owner.apiVersion), kind: owner.kind, namespace: metadata.namespace ?? '', name: owner.name };
}

function labelled(
  { metadata }: KubeObject,
  namespaceLabel: string,
  nameLabel: string,
): { readonly namespace: string; readonly name: string } | undefined {
  const { [namespaceLabel]: namespace, [nameLabel]: name } = metadata.labels ?? {};
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}
