import type { KubeClient } from '../../kube/types';
import { fieldManagers } from '../../model/labels';
import { idOf, type KubeObject } from '../../model/object';
import { type Definition, untilServed } from '../cluster/until-served';

/** Applies objects in their order as the agent will from then on: definitions first, and what comes after them once they are served. */
export async function applyObjects(
  client: KubeClient,
  objects: readonly KubeObject[],
  onApplied: (object: KubeObject) => void = () => {},
): Promise<void> {
  const definitions = objects.filter(isDefinition);
  for (const object of definitions) await applyObject(client, object);
  for (const object of definitions) await untilServed(client, object);
  for (const object of [...objects.filter(isNamespace), ...objects.filter((one) => !isDefinition(one) && !isNamespace(one))]) {
    await applyObject(client, object);
    onApplied(object);
  }
}

/** With the owner of fields that the agent has. */
export async function applyObject(client: KubeClient, object: KubeObject): Promise<void> {
  await client.apply(idOf(object), JSON.stringify(object), { fieldManager: fieldManagers.kustomize });
}

function isDefinition(object: KubeObject): object is Definition {
  return object.kind === 'CustomResourceDefinition';
}

function isNamespace({ kind }: KubeObject): boolean {
  return kind === 'Namespace';
}
