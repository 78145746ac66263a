import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** When a version of an API ends. Versions such as `1.25`. */
export interface ApiLifecycle {
  readonly deprecated: string;
  readonly removed?: string;
  /** `policy/v1/PodDisruptionBudget` */
  readonly replacement?: string;
}

const FILE = join(__dirname, '..', '..', '..', 'schemas', 'kubernetes', 'api-lifecycle.json');

let shipped: Readonly<Record<string, ApiLifecycle>> | undefined;

/**
 * Of an API that Kubernetes has or had: undefined where no end of it is known.
 * @param kind `policy/v1beta1/PodDisruptionBudget`
 * @see https://kubernetes.io/docs/reference/using-api/deprecation-guide/
 */
export function apiLifecycle(kind: string): ApiLifecycle | undefined {
  const all = load();
  return Object.hasOwn(all, kind) ? all[kind] : undefined;
}

/** Kinds whose API has ended, or an end of it is known. */
export function endingKinds(): readonly string[] {
  return Object.keys(load());
}

function load(): Readonly<Record<string, ApiLifecycle>> {
  shipped ??= JSON.parse(readFileSync(FILE, 'utf8')) as Readonly<Record<string, ApiLifecycle>>;
  return shipped;
}
