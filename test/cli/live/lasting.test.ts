import { isLasting } from '../../../src/cli/live/lasting';
import type { KubeObject } from '../../../src/model/object';
import { gitRepository, layer, NEXT, REVISION, ready, release, worldWith } from './live-objects';

const UNRENDERED =
  'FL4002: Helm upgrade failed for release dev/podinfo with chart podinfo@0.1.0: FL6011: the chart cannot be rendered: podinfo/templates/a.yaml:3: nil pointer (correct the chart or the values; nothing in the cluster was changed)';
const UNAPPLIED =
  'FL3002: 1 of 3 objects could not be applied:\nFL3103: Service/dev/podinfo (a.yaml): refused: spec.ports: Required value (correct them and commit)';

/** The source of these objects was fetched at 11:59:00. */
const failed = (message: string, { at = '2026-11-21T11:59:05Z', generation = 1, ...rest }: { at?: string; generation?: number } & object = {}) => ({
  conditions: [{ type: 'Ready', status: 'False', reason: 'x', message, observedGeneration: generation, lastTransitionTime: at }],
  ...rest,
});

const lasts = (object: KubeObject, source = gitRepository()) => isLasting(object, worldWith(object, source));
const ofRelease = (message: string, options: Parameters<typeof failed>[1] = {}, spec: object = {}) =>
  release({ status: failed(message, options), spec });
const ofLayer = (message: string, revision = REVISION, spec: object = {}) =>
  layer({ status: failed(message, { at: '2026-11-21T11:00:00Z', lastAttemptedRevision: revision } as object), spec });

test('a chart that cannot be rendered as it is wanted now stays so', () => {
  expect(lasts(ofRelease(UNRENDERED))).toBe(true);
});

test('a chart that cannot be rendered in the second in which it was fetched stays so', () => {
  expect(lasts(ofRelease(UNRENDERED, { at: '2026-11-21T11:59:00Z' }))).toBe(true);
});

test.each([
  ['an earlier generation', ofRelease(UNRENDERED, { generation: 0 })],
  ['what the source held before', ofRelease(UNRENDERED, { at: '2026-11-21T11:58:59Z' })],
  ['values of objects that are not looked at', ofRelease(UNRENDERED, {}, { valuesFrom: [{ kind: 'Secret', name: 'values' }] })],
])('an attempt at %s says nothing of what is wanted now', (_, object) => expect(lasts(object)).toBe(false));

test.each([
  ['is not there', layer({ name: 'other' })],
  ['is not fetched as it is named now', gitRepository({ metadata: { generation: 2 } })],
])('a source that %s leaves it open', (_, source) => expect(lasts(ofRelease(UNRENDERED), source)).toBe(false));

test('a layer is judged by the revision that was attempted', () => {
  expect(lasts(ofLayer(UNAPPLIED))).toBe(true);
  expect(lasts(ofLayer('FL1002: path ./x is not in GitRepository/a/b at main@sha1:a (correct spec.path, or commit the folder)'))).toBe(true);
  expect(lasts(ofLayer(UNAPPLIED, `main@sha1:${NEXT}`))).toBe(false);
  expect(lasts(ofLayer(UNAPPLIED, REVISION, { postBuild: { substituteFrom: [{ kind: 'ConfigMap', name: 'x' }] } }))).toBe(false);
});

test.each([
  [
    'the API server was away',
    'FL4002: Helm install failed for release dev/podinfo with chart podinfo@0.1.0: FL5001: cannot reach https://host (it is tried again)',
  ],
  ['a template looked up in vain', UNRENDERED.replace('nil pointer', 'error calling lookup: no')],
  [
    'a kind is not known yet',
    'FL3002: 1 of 3 objects could not be applied:\nFL3101: X/dev/a (a.yaml): the cluster has no kind X in y/v1 (correct them and commit)',
  ],
  [
    'Pods do not come up',
    'FL4001: Helm upgrade failed for release dev/podinfo with chart podinfo@0.1.0: FL4009: timed out: Deployment/dev/podinfo (see helm history)',
  ],
  ['Flux says something', 'Helm upgrade failed for release dev/podinfo with chart podinfo@0.1.0: no'],
])('what may pass is left open: %s', (_, message) => {
  expect(lasts(ofRelease(message))).toBe(false);
  expect(lasts(ofLayer(message))).toBe(false);
});

test('what is Ready lasts by other reasons', () => expect(lasts(release({ status: ready() }))).toBe(false));
