import { isDeepStrictEqual } from 'node:util';
import { annotations } from '../../model/labels';
import type { Reconciled } from './types';

/** Annotations that ask for something once. */
const requests: readonly string[] = [annotations.requestedAt, annotations.forceAt, annotations.resetAt];

/**
 * Why a change of an object asks for a visit; undefined where it does not: the status alone changed, or what is nobody's business here.
 * `created`, `deleted`, `spec` (spec, labels, settings) or `requested`.
 */
export function causeOf(before: Reconciled | undefined, after: Reconciled): string | undefined {
  if (before === undefined || before.metadata.uid !== after.metadata.uid) return 'created';
  if (after.metadata.deletionTimestamp !== undefined && before.metadata.deletionTimestamp === undefined) return 'deleted';
  if (before.metadata.generation !== after.metadata.generation) return 'spec';
  const was = before.metadata.annotations ?? {};
  const is = after.metadata.annotations ?? {};
  if (requests.some((name) => is[name] !== undefined && is[name] !== was[name])) return 'requested';
  if (!isDeepStrictEqual(settings(was), settings(is))) return 'spec';
  return isDeepStrictEqual(before.metadata.labels ?? {}, after.metadata.labels ?? {}) ? undefined : 'spec';
}

/** Annotations that say how an object is to be reconciled. */
function settings(all: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(all).filter(
      ([name]) => name.startsWith('fairlead.dev/') || name.startsWith('sealedsecrets.bitnami.com/') || name.endsWith('.toolkit.fluxcd.io/reconcile'),
    ),
  );
}
