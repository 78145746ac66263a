import { layersOf } from '../../../src/cli/live/layers';
import { targetCalled, unknownLayer } from '../../../src/cli/live/target';
import { layer, RELEASE_ENTRY, release, worldWith } from './live-objects';

const world = worldWith(layer({ applied: [RELEASE_ENTRY] }), layer({ name: 'prod' }), release());

test.each([
  ['pord', 'did you mean prod?'],
  ['elsewhere', 'environments: dev, prod; or give kind/name'],
  ['dev/podnfo', 'did you mean dev/podinfo?'],
  ['dev/elsewhere', 'releases: dev/podinfo; or give kind/name'],
  ['prod/podinfo', 'there are no releases: fairlead doctor'],
])('%s is no target: %s', (target, remedy) => {
  expect(() => targetCalled(target, world)).toThrow(expect.objectContaining({ code: 'FL7562', remedy }));
});

test.each([
  ['pord', 'did you mean prod?'],
  ['elsewhere', 'it has dev, prod'],
])('%s is no environment: %s', (name, remedy) => {
  expect(unknownLayer(name, layersOf(world.objects))).toMatchObject({ code: 'FL7560', remedy });
});
