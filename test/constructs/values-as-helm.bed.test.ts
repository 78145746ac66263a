import * as fc from 'fast-check';
import { Values } from '../../src';
import { createEngine } from '../../src/render/engine';
import type { Engine } from '../../src/render/types';
import { values } from './random-values';

let engine: Engine;
beforeAll(() => {
  engine = createEngine();
});
afterAll(() => engine.close());

test('merges as Helm merges values files', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(values, { minLength: 2, maxLength: 3 }), async (layers) => {
      expect(Values.merge<object>(...layers)).toEqual(await engine.mergeValues(layers.map((layer) => JSON.stringify(layer))));
    }),
    { numRuns: 300 },
  );
});
