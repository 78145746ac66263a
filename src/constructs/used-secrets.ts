import { ApiObject } from 'cdk8s';
import { isAnySecretNamed, keepingTokens, secretsNamed } from '../synth/tokens';
import type { IDependency } from './dependency';
import { isMap } from './maps';
import type { ValuesFrom } from './values-from';

/** The Secrets whose names stand in the spec of a release, or in ConfigMaps that its values come from. */
export function usedSecrets(spec: object, valuesFrom: readonly ValuesFrom[] = []): IDependency[] {
  if (!isAnySecretNamed()) return [];
  const configMaps = valuesFrom.flatMap(({ _construct }) => _construct ?? []);
  return [...usedIn(spec), ...configMaps.flatMap((construct) => usedIn(keepingTokens(() => ApiObject.of(construct).toJson())))];
}

function usedIn(value: unknown): IDependency[] {
  if (typeof value === 'string') return secretsNamed(value).map(({ dependency }) => dependency);
  if (Array.isArray(value)) return value.flatMap(usedIn);
  return isMap(value) ? Object.entries(value).flatMap(([key, item]) => [...usedIn(key), ...usedIn(item)]) : [];
}
