import { parseManifests } from '../../src/validate/parse-manifests';
import { fieldText } from '../../src/validate/schema/field';
import { validateCluster } from '../../src/validate/validate-cluster';

const found = (text: string, kubernetesVersion?: string) => {
  const { manifests } = parseManifests(text, 'a.yaml');
  const definitions = manifests.map(({ object }) => object).filter(({ kind }) => kind === 'CustomResourceDefinition');
  const cluster = { name: '', manifests, releases: [], defaults: new Map(), problems: [], isWhole: false };
  return validateCluster(cluster, definitions, { kubernetesVersion })
    .filter(({ rule }) => rule !== 'missing-reference')
    .map(({ rule, field, message }) => `${rule}: ${fieldText(field)} ${message}`.replace(':  ', ': '));
};

const pod = (spec: string) => `{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: ${spec}}`;

test.each([
  ['a good object', pod('{containers: [{name: a, image: b, resources: {limits: {cpu: 1, memory: 64Mi}}}]}'), []],
  [
    'an unknown field',
    pod('{containers: [{name: a, imagePullPolic: Always}]}'),
    ['schema: spec.containers[0].imagePullPolic is no field here: did you mean imagePullPolicy?'],
  ],
  ['a missing field', pod('{containers: [{image: b}]}'), ['schema: spec.containers[0].name is required']],
  ['a number for a string', pod('{containers: [{name: 1}]}'), ['schema: spec.containers[0].name must be a string, is a number: quote it']],
  ['yes, which is a boolean', pod('{containers: [{name: yes}]}'), ['schema: spec.containers[0].name must be a string, is a boolean: quote it']],
  ['null, which is absence', pod('{containers: [{name: a, image: null}], volumes: null}'), []],
  ['null in place of what is required', pod('{containers: [{name: null}]}'), ['schema: spec.containers[0].name is required']],
  [
    'a port by name or number',
    pod('{containers: [{name: a, livenessProbe: {tcpSocket: {port: http}}, readinessProbe: {tcpSocket: {port: 1.5}}}]}'),
    ['schema: spec.containers[0].readinessProbe.tcpSocket.port must be a whole number or a string, is a number'],
  ],
  [
    'a quantity that is none',
    pod('{containers: [{name: a, resources: {limits: {memory: 64mb}}}]}'),
    ['value: spec.containers[0].resources.limits.memory is no quantity such as 250m or 64Mi'],
  ],
  ['two containers of one name', pod('{containers: [{name: a}, {name: a}]}'), ['value: spec.containers[1] has the name of an item before it']],
  [
    'names that JavaScript knows',
    pod('{containers: [{name: a, constructor: 1, toString: 2}]}'),
    ['schema: spec.containers[0].constructor is no field here', 'schema: spec.containers[0].toString is no field here'],
  ],
  [
    'a kind that nothing defines',
    '{apiVersion: acme.io/v1, kind: Widget, metadata: {name: a}}',
    ['unknown-kind: no schema is known of acme.io/v1/Widget'],
  ],
  [
    'a kind in the wrong group',
    '{apiVersion: apps/v1, kind: Pod, metadata: {name: a}}',
    [expect.stringMatching(/^schema: kind Kubernetes 1\.\d+ has no apps\/v1\/Pod$/)],
  ],
  ['an object without a name', '{apiVersion: v1, kind: ConfigMap, metadata: {}}', ['not-an-object: metadata.name is required']],
])('%s', (_, text, expected) => expect(found(text)).toEqual(expected));

test('a field is judged by the version of the cluster', () => {
  const text = pod('{containers: [{name: a}], resources: {limits: {cpu: 1}}}');
  expect(found(text, '1.31')).toEqual(['schema: spec.resources is no field here']);
  expect(found(text, 'v1.32.4-gke.100')).toEqual([]);
});

const crd = (versions: string) =>
  `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: widgets.acme.io}, spec: {group: acme.io, scope: Namespaced, names: {kind: Widget, plural: widgets}, versions: ${versions}}}\n---\n`;

test.each([
  [
    'type: object, properties: {spec: {type: object, properties: {size: {type: integer, minimum: 1}}}}',
    '{size: 0}',
    ['value: spec.size must be at least 1'],
  ],
  [
    'type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}',
    '{seize: 1}',
    ['schema: spec.seize is no field here: did you mean size?'],
  ],
  ['type: object, properties: {spec: {type: object, x-kubernetes-preserve-unknown-fields: true}}', '{any: [1]}', []],
  [
    'type: object, properties: {spec: {type: object, required: [a, b], properties: {a: {type: string, default: x}, b: {type: string}}}}',
    '{}',
    ['schema: spec.b is required'],
  ],
  [
    'type: object, properties: {spec: {type: object, properties: {port: {x-kubernetes-int-or-string: true}}}}',
    '{port: true}',
    ['schema: spec.port must be a whole number or a string, is a boolean'],
  ],
  ['type: object, properties: {spec: {type: object, properties: {a: {type: string, nullable: true}, b: {type: string}}}}', '{a: null, b: null}', []],
  [
    'type: object, properties: {spec: {type: object, properties: {a: {type: string, pattern: "^\\\\d+$"}}}}',
    '{a: x1}',
    ['value: spec.a must match ^\\d+$'],
  ],
  [
    'type: object, properties: {spec: {type: object, properties: {a: {type: string}, b: {type: string}}, oneOf: [{required: [a]}, {required: [b]}]}}',
    '{a: x, b: z}',
    ['value: spec fits several of the forms of which it must have one'],
  ],
  ['type: object, properties: {spec: {type: array, items: {type: string, enum: [x, w]}}}', '[x, z]', ['value: spec[1] must be one of "x", "w"']],
])('a definition with %s', (schema, spec, expected) => {
  const definition = crd(`[{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {${schema}}}}]`);
  expect(found(`${definition}{apiVersion: acme.io/v1, kind: Widget, metadata: {name: a}, spec: ${spec}}`)).toEqual(expected);
});

test('a version that the definition does not have is told with those it has', () => {
  const definition = crd('[{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]');
  expect(found(`${definition}{apiVersion: acme.io/v2, kind: Widget, metadata: {name: a}}`)).toEqual([
    'schema: apiVersion has no version v2 of Widget: its definition has v1',
  ]);
});

test('a version of Flux that is gone is told with the one that is there', () => {
  const { manifests } = parseManifests('{apiVersion: source.toolkit.fluxcd.io/v1beta2, kind: OCIRepository, metadata: {name: a}}', 'a.yaml');
  const cluster = { name: '', manifests, releases: [], defaults: new Map(), problems: [], isWhole: false };
  expect(validateCluster(cluster, [], {})).toMatchObject([
    { rule: 'schema', field: ['apiVersion'], remedy: 'use source.toolkit.fluxcd.io/v1, or commit the definition that the cluster has' },
  ]);
});

test("the agent's own kinds are known", () => {
  const release = (interval: string) =>
    `{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: a}, spec: {interval: ${interval}, chart: {spec: {chart: a, sourceRef: {kind: HelmRepository, name: b}}}, values: {any: 1}}}`;
  expect(found(release('10m'))).toEqual([]);
  expect(found(release('10 minutes'))).toEqual([expect.stringMatching(/^value: spec.interval must match /)]);
});
