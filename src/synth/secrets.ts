import type { IConstruct } from 'constructs';
import { kinds } from '../model/kinds';
import { type FoundSecret, findSecret as findSecretIn } from '../objects/find-secret';
import { parseSealedValue } from '../seal/sealed-value';
import { Marked, type Printable } from './yaml';

const ALLOWED = Symbol.for('fairlead.PlainSecrets');

type Allowing = IConstruct & { [ALLOWED]?: Set<string> };

/**
 * Lets an object of this name under `scope` be written with its secret values in plain text. Meant for values that are no secrets, such as
 * defaults for a development cluster.
 */
export function allowPlainSecret(scope: IConstruct, name: string): void {
  const allowing = scope as Allowing;
  if (!allowing[ALLOWED]) Object.defineProperty(scope, ALLOWED, { value: new Set<string>() });
  allowing[ALLOWED]!.add(name);
}

export function isPlainSecretAllowed(construct: IConstruct, name: string): boolean {
  for (let scope: IConstruct | undefined = construct; scope; scope = scope.node.scope) {
    if ((scope as Allowing)[ALLOWED]?.has(name)) return true;
  }
  return false;
}

/** Whether the object is a Secret that carries values. */
export function isPlainSecret(object: { readonly [field: string]: Printable }): boolean {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1') return false;
  return [object.data, object.stringData].some((values) => typeof values === 'object' && values !== null && Object.keys(values).length > 0);
}

/** A SealedSecret without what is sealed in it: base64 of random bytes may look like anything. All else is the object itself. */
export function withoutSealed(object: { readonly [field: string]: Printable }): Printable {
  const { spec } = object;
  if (object.kind !== kinds.SealedSecret.kind || !isMap(spec) || !isMap(spec.encryptedData)) return object;
  const unsealed = Object.entries(spec.encryptedData).filter(([, value]) => typeof value !== 'string' || !parseSealedValue(value));
  return { ...object, spec: { ...spec, encryptedData: Object.fromEntries(unsealed) } };
}

function isMap(value: Printable | undefined): value is { readonly [key: string]: Printable } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Marked);
}

/** The first thing in the object that looks like a private key or an access token. */
export function findSecret(value: Printable): FoundSecret | undefined {
  return findSecretIn(value, (object) => (object instanceof Marked ? object.text : undefined));
}
