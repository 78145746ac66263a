import { setTimeout as sleep } from 'node:timers/promises';
import { errors } from '../../common/errors';
import type { KubeClient } from '../../kube/types';
import { fieldManagers } from '../../model/labels';
import { idOf, type KubeObject } from '../../model/object';
import { conditionsOf } from '../../objects/fields';

const CRD = { group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition', namespace: '' };
const MOST_MS = 60_000;
const EVERY_MS = 100;

interface Definition extends KubeObject {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
}

/** Applies objects in their order as the agent will from then on: definitions first, and what comes after them once they are served. */
export async function applyObjects(
  client: KubeClient,
  objects: readonly KubeObject[],
  onApplied: (object: KubeObject) => void = () => {},
): Promise<void> {
  const definitions = objects.filter(isDefinition);
  for (const object of definitions) await applyObject(client, object);
  for (const object of definitions) await served(client, object as Definition);
  for (const object of [...objects.filter(isNamespace), ...objects.filter((one) => !isDefinition(one) && !isNamespace(one))]) {
    await applyObject(client, object);
    onApplied(object);
  }
}

/** With the owner of fields that the agent has. */
export async function applyObject(client: KubeClient, object: KubeObject): Promise<void> {
  await client.apply(idOf(object), JSON.stringify(object), { fieldManager: fieldManagers.kustomize });
}

export function isDefinition({ kind }: KubeObject): boolean {
  return kind === CRD.kind;
}

function isNamespace({ kind }: KubeObject): boolean {
  return kind === 'Namespace';
}

/** Established is not yet served: discovery follows a moment later. */
async function served(client: KubeClient, { metadata, spec }: Definition): Promise<void> {
  const version = spec.versions.find((one) => one.served)!.name;
  for (const until = Date.now() + MOST_MS; Date.now() < until; await sleep(EVERY_MS)) {
    const live = await client.get({ ...CRD, name: metadata.name });
    const isEstablished = live !== undefined && conditionsOf(live).some(({ type, status }) => type === 'Established' && status === 'True');
    if (isEstablished && (await client.resource({ group: spec.group, version, kind: spec.names.kind }, { now: true })) !== undefined) return;
  }
  throw errors.BootstrapTimeout({
    time: `${MOST_MS / 1000}s`,
    what: `CustomResourceDefinition ${metadata.name} is not served`,
    next: `kubectl describe crd ${metadata.name}`,
  });
}
