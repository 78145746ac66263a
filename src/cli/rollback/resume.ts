import type { KubeObject } from '../../model/object';
import type { FollowedRepository } from '../cluster/sync-objects';
import { resumeCommand } from './suspend';

/** Commands that let the agent go on with a release, once the cluster has the HelmRelease as it is after the rollback: before, it would be undone. */
export function resumeRelease(before: KubeObject, after: KubeObject): string[] {
  const [change] = changedScalars(before, after);
  const { namespace, name } = before.metadata;
  const wait = change && `kubectl -n ${namespace} wait helmrelease ${name} --timeout=10m --for=jsonpath='{${change.path}}'=${change.value}`;
  return [...(wait === undefined ? [] : [wait]), resumeCommand(before)];
}

/** The same for a whole layer: it goes on with the commit that its source has then. */
export function resumeLayer(kustomization: KubeObject, source: FollowedRepository | undefined, commit: string | undefined): string[] {
  if (source === undefined || commit === undefined) return [resumeCommand(kustomization)];
  const { namespace, name } = source.metadata;
  const revision = `${source.spec.ref?.branch}@sha${commit.length === 40 ? 1 : 256}:${commit}`;
  return [
    `kubectl -n ${namespace} wait gitrepository ${name} --timeout=10m --for=jsonpath='{.status.artifact.revision}'=${revision}`,
    resumeCommand(kustomization),
  ];
}

/** Scalars that are another, as kubectl's JSONPath names them. */
export function changedScalars(before: unknown, after: unknown, path = ''): { readonly path: string; readonly value: string }[] {
  if (typeof after !== 'object' || after === null) return before === after ? [] : [{ path, value: String(after) }];
  const old = typeof before === 'object' && before !== null ? (before as Record<string, unknown>) : {};
  return Object.entries(after).flatMap(([key, value]) => {
    const step = Array.isArray(after) ? `[${key}]` : `.${key.replaceAll('.', '\\.')}`;
    return changedScalars(old[key], value, path + step);
  });
}
