import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rules } from '../../../src/validate/rule-table';
import { findingsIn, told } from '../manifests';

const map = (name: string, more = '') => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}, namespace: dev}${more}}`;

test('every rule is documented by its id', () => {
  const text = readFileSync(join(__dirname, '../../../docs/validate.md'), 'utf8');
  for (const [id, { severity, summary }] of Object.entries(rules)) expect(text).toContain(`\`${id}\` | ${severity} | ${summary} |`);
});

test('an object that a cluster gets twice is told where it is said again', () => {
  expect(told('duplicate-object', [map('a'), map('b'), map('a')].join('\n---\n'))).toEqual(['error is in a.yaml too']);
});

test.each([
  ['{apiVersion: v1, kind: Secret, metadata: {name: a}, stringData: {password: hunter2}}', ['error stringData stands in plain text: password']],
  ['{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {password: ""}}', []],
  ['{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {password: "ENC[AES256_GCM,data:x]"}, sops: {mac: x, version: 3.9.0}}', []],
  [map('a', `, data: {token: ghp_${'a1'.repeat(18)}}`), ['error data.token looks like a GitHub token']],
  [`{apiVersion: bitnami.com/v1alpha1, kind: SealedSecret, metadata: {name: a, namespace: b}, spec: {encryptedData: {a: Ag${'A'.repeat(400)}}}}`, []],
])('plain text: %s', (text, expected) => {
  expect(told('plaintext-secret', text)).toEqual(expected);
  expect(JSON.stringify(findingsIn(text))).not.toContain('hunter2');
});

const release = (values: string) =>
  `{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: a, namespace: dev}, spec: {interval: 1m, chartRef: {kind: OCIRepository, name: b}, values: ${values}}}`;

test.each([
  ['{image.tag: 1.0.0}', undefined, ['image.tag']],
  ['{image.tag: 1.0.0}', { image: { tag: '' } }, ['image.tag']],
  ['{image.tag: 1.0.0}', { 'image.tag': '' }, []],
  ['{image.tag: 1.0.0}', { other: {} }, []],
  ['{"env[0].name": A}', { env: [] }, ['env[0].name']],
  ['{image: {tag: a}, image.pullPolicy: Always}', undefined, ['image.pullPolicy']],
  ['{nodeSelector: {kubernetes.io/os: linux}, podAnnotations: {prometheus.io: a}}', undefined, []],
  ['{config: {app.yaml: a}, settings.ini: b}', undefined, []],
  ['{labels: {app.team: a}}', { labels: {} }, []],
])('values %s with defaults %j', (values, defaults, keys) => {
  const cluster = { defaults: new Map(defaults === undefined ? [] : [['dev/a', defaults as unknown]]) };
  const found = findingsIn(release(values), {}, cluster).filter(({ rule }) => rule === 'set-grammar');
  expect(found.map(({ field }) => field.at(-1))).toEqual(keys);
});

test.each([
  ['annotations: {a: true, b: "true", c: null}', ['error metadata.annotations.a must be a string, is a boolean']],
  ['labels: {a: on}', ['error metadata.labels.a must be a string, is a boolean']],
  ['labels: {a: 1.10}', ['error metadata.labels.a must be a string, is a number']],
])('metadata with %s', (metadata, expected) => {
  expect(told('non-string-metadata', `{apiVersion: v1, kind: ConfigMap, metadata: {name: a, ${metadata}}}`)).toEqual(expected);
});

test('labels that the API server refuses', () => {
  expect(told('value', '{apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: {a: "-", "b c": d}}}')).toEqual([
    expect.stringContaining('metadata.labels.a is no value for a label'),
    expect.stringContaining('metadata.labels["b c"] is no name for a label'),
  ]);
});

test('an exemption counts with a reason, and is told without one', () => {
  const secret = (reason: string) =>
    `{apiVersion: v1, kind: Secret, metadata: {name: a, annotations: {exempt.fairlead.dev/plaintext-secret: ${reason}}}, stringData: {a: b}}`;
  expect(findingsIn(secret('a default for development'))).toEqual([]);
  expect(
    findingsIn(secret('""'))
      .map(({ rule }) => rule)
      .sort(),
  ).toEqual(['exemption', 'plaintext-secret']);
});
