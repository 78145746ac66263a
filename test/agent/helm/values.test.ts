import type { HelmRelease, ValuesReference } from '../../../src/agent/helm/helm-release';
import { ReleaseValues } from '../../../src/agent/helm/values';
import { createEngine } from '../../../src/render/engine';
import { FakeRuntime } from '../source/fake-runtime';

const engine = createEngine();
afterAll(() => engine.close());

let fake: FakeRuntime;
let values: ReleaseValues;
beforeEach(() => {
  fake = new FakeRuntime('/nowhere');
  values = new ReleaseValues(fake.runtime, engine);
});

function release(valuesFrom: readonly ValuesReference[], inline?: object, generation = 1): HelmRelease {
  const metadata = { name: 'web', namespace: 'dev', generation };
  return { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', metadata, spec: { interval: '1m', valuesFrom, values: inline } };
}

function put(kind: 'ConfigMap' | 'Secret', name: string, data: Record<string, string>): void {
  const coded =
    kind === 'ConfigMap' ? data : Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]));
  fake.cluster.set(`${kind}/dev/${name}`, { apiVersion: 'v1', kind, metadata: { name, namespace: 'dev', resourceVersion: '1' }, data: coded });
}

test('later references win over earlier ones, inline values over them, and values with a path over all', async () => {
  put('ConfigMap', 'base', { 'values.yaml': 'a: 1\nb: { x: 1, z: 1 }\nlist: [1, 2]\n' });
  put('Secret', 'more', { custom: 'b: { x: 2 }\nlist: [3]\n' });
  put('Secret', 'path', { token: 'secret-token' });
  const object = release(
    [
      { kind: 'ConfigMap', name: 'base' },
      { kind: 'Secret', name: 'path', valuesKey: 'token', targetPath: 'b.token' },
      { kind: 'Secret', name: 'more', valuesKey: 'custom' },
    ],
    { a: 9, b: { token: 'inline' } },
  );
  expect(await values.compose(object)).toEqual({ a: 9, b: { x: 2, z: 1, token: 'secret-token' }, list: [3] });
  expect(fake.secretsTold).toContain('secret-token');
});

test('optional references may lack the object and the key; others say what is missing', async () => {
  put('ConfigMap', 'base', { other: 'a: 1' });
  const optional: ValuesReference[] = [
    { kind: 'ConfigMap', name: 'base', optional: true },
    { kind: 'Secret', name: 'none', optional: true },
  ];
  expect(await values.compose(release(optional, { b: 1 }))).toEqual({ b: 1 });
  await expect(values.compose(release([{ kind: 'ConfigMap', name: 'base' }]))).rejects.toThrow('FL4004');
  await expect(values.compose(release([{ kind: 'Secret', name: 'none' }]))).rejects.toThrow('FL4003');
});

test('what is no map is refused', async () => {
  put('ConfigMap', 'base', { 'values.yaml': '- a\n- b\n' });
  await expect(values.compose(release([{ kind: 'ConfigMap', name: 'base' }]))).rejects.toThrow('FL4005');
});

test('a digest is Flux’s, and taken anew when a reference changes', async () => {
  expect(await values.digest(release([], {}))).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  put('ConfigMap', 'base', { 'values.yaml': 'a: 1' });
  const object = release([{ kind: 'ConfigMap', name: 'base' }], undefined, 2);
  const before = await values.digest(object);
  put('ConfigMap', 'base', { 'values.yaml': 'a: 2' });
  expect(await values.digest(object)).toBe(before);
  fake.watched.get('ConfigMap/dev/base')?.();
  expect(fake.asked).toEqual([{ ref: { kind: 'HelmRelease', namespace: 'dev', name: 'web' }, cause: 'values' }]);
  expect(await values.digest(object)).not.toBe(before);
});
