import { worldOf } from '../../../src/cli/live/read-world';
import { LiveObjects, type World } from '../../../src/cli/live/world';
import { kinds } from '../../../src/model/kinds';
import { apiVersionOf, type KubeObject } from '../../../src/model/object';

export const NOW = new Date('2026-11-21T12:00:00Z');
export const COMMIT = 'a'.repeat(40);
export const REVISION = `main@sha1:${COMMIT}`;
export const NEXT = 'b'.repeat(40);

interface Options {
  readonly spec?: object;
  readonly status?: object;
  readonly metadata?: object;
}

/** A cluster of these objects, at noon. */
export function worldWith(...objects: readonly KubeObject[]): World {
  return worldOf(new LiveObjects(objects), { agentNamespace: 'flux-system', now: NOW, unread: new Map() });
}

/** Ready of its only generation. */
export function ready(message = 'all is well', reason = 'Succeeded'): object {
  return conditions('True', reason, message);
}

export function notReady(reason: string, message: string): object {
  return conditions('False', reason, message);
}

export function inProgress(): object {
  return conditions('Unknown', 'Progressing', 'Reconciliation in progress');
}

function conditions(status: string, reason: string, message: string): object {
  return { observedGeneration: 1, conditions: [{ type: 'Ready', status, reason, message, lastTransitionTime: '2026-11-21T11:00:00Z' }] };
}

function of(kind: keyof typeof kinds, namespace: string, name: string, { spec = {}, status, metadata }: Options): KubeObject {
  return {
    apiVersion: apiVersionOf(kinds[kind]),
    kind,
    metadata: { namespace, name, generation: 1, uid: `${kind}/${namespace}/${name}`, ...metadata },
    spec,
    ...(status !== undefined && { status }),
  };
}

export function gitRepository(options: Options = {}): KubeObject {
  const status = { ...ready(), artifact: { revision: REVISION, lastUpdateTime: '2026-11-21T11:59:00Z' } };
  return of('GitRepository', 'flux-system', 'environments', { status, ...options });
}

/** Layer `dev` of cluster `gke`, with these objects applied: `dev_podinfo_helm.toolkit.fluxcd.io_HelmRelease`. */
export function layer(options: Options & { readonly name?: string; readonly applied?: readonly string[] } = {}): KubeObject {
  const { name = 'dev', applied = [], spec, status, metadata } = options;
  const inventory = { entries: applied.map((id) => ({ id, v: 'v1' })) };
  return of('Kustomization', 'flux-system', name, {
    spec: { path: `./dist/gke/${name}`, sourceRef: { kind: 'GitRepository', name: 'environments' }, ...spec },
    status: { ...ready(), lastAppliedRevision: REVISION, inventory, ...status },
    metadata,
  });
}

export const RELEASE_ENTRY = 'dev_podinfo_helm.toolkit.fluxcd.io_HelmRelease';

export function release(options: Options & { readonly name?: string; readonly tag?: string } = {}): KubeObject {
  const { name = 'podinfo', tag = 'dev-1', spec, metadata, ...rest } = options;
  const values = { image: { repository: 'ghcr.io/acme/podinfo', tag } };
  const labels = { 'kustomize.toolkit.fluxcd.io/name': 'dev', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' };
  const chart = { spec: { chart: 'charts/podinfo', sourceRef: { kind: 'GitRepository', name: 'environments', namespace: 'flux-system' } } };
  return of('HelmRelease', 'dev', name, { spec: { values, chart, ...spec }, metadata: { labels, ...metadata }, status: ready(), ...rest });
}

export function sealedSecret(name: string, status?: object): KubeObject {
  return of('SealedSecret', 'dev', name, { status });
}

export function object(kind: keyof typeof kinds, name: string, options: Options = {}): KubeObject {
  return of(kind, 'flux-system', name, { status: ready(), ...options });
}

/** A Deployment of release `podinfo`, one replica of image `tag`, all well unless said otherwise. */
export function deployment(tag = 'dev-1', status: object = {}): KubeObject {
  const labels = { 'helm.toolkit.fluxcd.io/name': 'podinfo', 'helm.toolkit.fluxcd.io/namespace': 'dev' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: 'dev', name: 'podinfo', uid: 'deployment', generation: 1, labels },
    spec: { replicas: 1, template: { spec: { containers: [{ name: 'app', image: `ghcr.io/acme/podinfo:${tag}` }] } } },
    status: {
      ...{ observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 },
      conditions: [
        { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message: '' },
        { type: 'Available', status: 'True', reason: '', message: '' },
      ],
      ...status,
    },
  };
}

/** Status of a Deployment whose new Pod does not come up. */
export const UNAVAILABLE = { readyReplicas: 0, availableReplicas: 0, conditions: [] };

export function replicaSet(): KubeObject {
  const metadata = { namespace: 'dev', name: 'podinfo-1', uid: 'replicaset', ownerReferences: [owner('Deployment', 'podinfo', 'deployment')] };
  return { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata };
}

export function pod(status: object): KubeObject {
  const metadata = { namespace: 'dev', name: 'podinfo-1-x', uid: 'pod', ownerReferences: [owner('ReplicaSet', 'podinfo-1', 'replicaset')] };
  return { apiVersion: 'v1', kind: 'Pod', metadata, status };
}

/** A Pod whose one container waits. */
export function waiting(reason: string, message = '', container: object = {}): object {
  return {
    phase: 'Pending',
    containerStatuses: [{ name: 'app', image: 'ghcr.io/acme/podinfo:dev-1', ready: false, state: { waiting: { reason, message } }, ...container }],
  };
}

function owner(kind: string, name: string, uid: string) {
  return { apiVersion: 'apps/v1', kind, name, uid, controller: true };
}

/** The ConfigMap of suspensions with one of them. */
export function suspended(kind: string, namespace: string, name: string, until = '2026-11-21T17:00:00Z'): KubeObject {
  const suspension = { of: { kind, namespace, name }, by: 'alice', since: '2026-11-21T11:00:00Z', until, reason: 'it loses orders' };
  const metadata = { namespace: 'flux-system', name: 'fairlead-suspensions' };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: JSON.stringify(suspension) } };
}
