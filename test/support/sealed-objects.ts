import { until } from '../../demo/observe';
import type { KubeClient } from '../../src/kube/types';
import type { KubeObject } from '../../src/model/object';
import { annotationsFor, type Scope } from '../../src/seal/scope';
import type { SealedSecret } from '../../src/seal/sealed-secret';

/** A SealedSecret as JSON. */
export function sealedManifest(namespace: string, name: string, encryptedData: Readonly<Record<string, string>>, scope: Scope): string {
  const metadata = { name, namespace, annotations: annotationsFor(scope) };
  return JSON.stringify({ apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', metadata, spec: { encryptedData, template: { metadata } } });
}

/** Its sealed values, by key. */
export function encryptedIn(json: string): Readonly<Record<string, string>> {
  return (JSON.parse(json) as SealedSecret).spec.encryptedData!;
}

/** All but the values. */
export function shapeOf(json: string): unknown {
  const { spec, ...object } = JSON.parse(json) as SealedSecret;
  return { ...object, spec: { ...spec, encryptedData: Object.keys(spec.encryptedData!) } };
}

/** Who wrote it. */
export function managersOf({ metadata }: KubeObject, subresource?: 'status'): string[] {
  const { managedFields = [] } = metadata as { managedFields?: { manager: string; subresource?: string }[] };
  return [...new Set(managedFields.filter((fields) => fields.subresource === subresource).map(({ manager }) => manager))];
}

/** The first event of a SealedSecret. */
export function eventOf(client: KubeClient, namespace: string, name: string): Promise<KubeObject> {
  const selection = { namespace, fieldSelector: `involvedObject.kind=SealedSecret,involvedObject.name=${name}` };
  return until(client, { group: '', version: 'v1', kind: 'Event' }, selection, `an event of ${name}`, ([event]) => event);
}
