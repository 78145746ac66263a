import { kinds } from '../../model/kinds';
import { annotations } from '../../model/labels';
import type { KubeObject } from '../../model/object';
import { readinessOf } from '../live/readiness';

/** Annotations that ask for a visit, as Flux's own command sets them. */
export function requestFor({ kind }: KubeObject, token: string, force: boolean): Readonly<Record<string, string>> {
  const asked = { [annotations.requestedAt]: token };
  return force && kind === kinds.HelmRelease.kind ? { ...asked, [annotations.forceAt]: token, [annotations.resetAt]: token } : asked;
}

interface Handled extends KubeObject {
  readonly status?: { readonly lastHandledReconcileAt?: string };
}

/** Whether a request was seen and what it led to is over. */
export function isHandled(object: KubeObject, token: string): boolean {
  return (object as Handled).status?.lastHandledReconcileAt === token && readinessOf(object).status !== 'Unknown';
}
