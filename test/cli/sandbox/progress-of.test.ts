import { worldOf } from '../../../src/cli/live/read-world';
import { LiveObjects } from '../../../src/cli/live/world';
import { type Expected, expectedOf, progressOf } from '../../../src/cli/sandbox/progress-of';
import { errors } from '../../../src/common/errors';
import type { KubeObject } from '../../../src/model/object';
import type { PreviewLayer } from '../../../src/preview/types';

const COMMIT = 'c0ffee';
const condition = (status: string, message = '', reason = 'Said') => ({ type: 'Ready', status, reason, message });

const layer = (name: string, status: object, spec = {}): KubeObject => ({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name, namespace: 'flux-system', generation: 1 },
  spec: { interval: '10m', path: `./dist/gke/${name}`, prune: true, sourceRef: { kind: 'GitRepository', name: 'r' }, ...spec },
  status: { observedGeneration: 1, ...status },
});
const release = (name: string, status: object): KubeObject => ({
  apiVersion: 'helm.toolkit.fluxcd.io/v2',
  kind: 'HelmRelease',
  metadata: { name, namespace: 'dev', generation: 1 },
  spec: { interval: '10m' },
  status: { observedGeneration: 1, ...status },
});

const dev: Expected = { layer: 'dev', ref: { kind: 'Kustomization', namespace: 'flux-system', name: 'dev' } };
const web: Expected = { layer: 'dev', release: 'web', ref: { kind: 'HelmRelease', namespace: 'dev', name: 'web' } };

function states(expected: readonly Expected[], ...objects: KubeObject[]) {
  const world = worldOf(new LiveObjects(objects), { agentNamespace: 'flux-system', now: new Date(), unread: new Map() });
  return progressOf(expected, world, COMMIT).map(({ state, reason }) => (reason === undefined ? state : [state, reason]));
}

test('a layer is ready at the commit that is meant, and not at the one before', () => {
  const at = (commit: string) => layer('dev', { conditions: [condition('True')], lastAppliedRevision: `main@sha1:${commit}` });
  expect(states([dev], at(COMMIT))).toEqual(['ready']);
  expect(states([dev], at('0ddba11'))).toEqual([['waiting', expect.any(String)]]);
});

test('what is not there yet is waited for, what is suspended is not', () => {
  expect(states([dev, web], layer('dev', {}, { suspend: true }))).toEqual(['suspended', ['waiting', 'it is not there yet']]);
});

test('what its files say is wrong fails whatever the cluster says, and with it what waits for it', () => {
  const wrong = { ...web, problem: { message: 'FL6011: the chart cannot be rendered', remedy: 'correct it' } };
  const waiting = layer(
    'dev',
    {
      conditions: [condition('Unknown', 'waits', 'Progressing')],
      lastAppliedRevision: `main@sha1:${COMMIT}`,
      inventory: { entries: [{ id: 'dev_web_helm.toolkit.fluxcd.io_HelmRelease', v: 'v2' }] },
    },
    { wait: true },
  );
  const [first, second] = states([dev, wrong], waiting, release('web', { conditions: [condition('False', 'cannot be rendered')] }));
  expect(second).toEqual(['failed', 'FL6011: the chart cannot be rendered']);
  expect(first?.[0]).toBe('failed');
  expect(states([wrong])).toEqual([['failed', 'FL6011: the chart cannot be rendered']]);
});

test('a layer fails that depends on one that fails, through any number of them', () => {
  const chain = ['a', 'b', 'c'].map((name): Expected => ({ layer: name, ref: { kind: 'Kustomization', namespace: 'flux-system', name } }));
  const waits = (name: string, on: string) =>
    layer(name, { conditions: [condition('False', 'is not ready', 'DependencyNotReady')] }, { dependsOn: [{ name: on }] });
  const broken = layer('c', { conditions: [condition('False', 'no'), { ...condition('True', 'no'), type: 'Stalled' }] });
  expect(states(chain, waits('a', 'b'), waits('b', 'c'), broken).map(([state]) => state)).toEqual(['failed', 'failed', 'failed']);
});

test('expected are the layers of the tree and their releases, with what is wrong with their files', () => {
  const of = (name: string, more: Partial<PreviewLayer>): PreviewLayer => ({
    ...{ cluster: 'gke', name, kustomization: { namespace: 'flux-system', name }, namespaces: [], objects: [], releases: [], problems: [] },
    ...more,
  });
  const one = { namespace: 'shop', name: 'web', file: 'f', releaseName: 'web', releaseNamespace: 'shop', objects: [], hooks: [] };
  const layers = [
    of('dev', { path: 'dist/gke/dev', problems: [errors.LayerFolderMissing({ kustomization: 'dev', path: 'dist/gke/dev' })], releases: [one] }),
    of('far', {}),
  ];
  expect(expectedOf({ name: 'gke', layers })).toEqual([
    {
      layer: 'dev',
      ref: { kind: 'Kustomization', namespace: 'flux-system', name: 'dev' },
      problem: { message: expect.stringContaining('FL1202'), remedy: expect.any(String) },
    },
    { layer: 'dev', release: 'shop/web', ref: { kind: 'HelmRelease', namespace: 'shop', name: 'web' } },
  ]);
});
