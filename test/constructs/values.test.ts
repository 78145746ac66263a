import * as fc from 'fast-check';
import { ChartSource, Environment, HelmRelease, Values } from '../../src';
import { synthTree } from './programs';
import { values } from './random-values';

test('layers that say nothing change nothing', () => {
  fc.assert(fc.property(values, (layer) => expect(Values.merge<object>(undefined, layer, {}, undefined)).toEqual(layer)));
});

test('the same layer twice is the same as once', () => {
  fc.assert(fc.property(values, values, (a, b) => expect(Values.merge<object>(a, b, b)).toEqual(Values.merge<object>(a, b))));
});

test('layers are left as they were', () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      const before = structuredClone([a, b]);
      Values.merge<object>(a, b);
      expect([a, b]).toEqual(before);
    }),
  );
});

test('what was merged reaches the release as it is, nulls included', () => {
  fc.assert(
    fc.property(values, (given) => {
      fc.pre(!JSON.stringify(given).includes('__proto__'));
      const tree = synthTree((cluster) => {
        new HelmRelease(new Environment(cluster, 'dev'), 'podinfo', { chart: ChartSource.git({ path: 'charts/podinfo' }), values: given });
      });
      expect(tree['gke/dev/dev/helmrelease.helm.toolkit.fluxcd.io-podinfo.yaml'].spec.values).toEqual(given);
    }),
    { numRuns: 30 },
  );
});

interface ShopValues {
  readonly replicas: number;
  readonly image: { readonly repository: string; readonly tag: string };
  readonly hosts?: readonly string[];
}

test('layers are typed by the chart, each of them partial', () => {
  const merged = Values.merge<ShopValues>({ image: { repository: 'shop' } }, { image: { tag: '1.0' }, hosts: ['a'] }, { hosts: null });
  const tag: string | null | undefined = merged.image?.tag;
  expect({ tag, merged }).toEqual({ tag: '1.0', merged: { image: { repository: 'shop', tag: '1.0' }, hosts: null } });
  // @ts-expect-error replicas is a number
  Values.merge<ShopValues>({ replicas: '1' });
});
