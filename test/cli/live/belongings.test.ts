import { belongingsOf, within } from '../../../src/cli/live/belongings';
import { nameOf } from '../../../src/model/object';
import { deployment, layer, RELEASE_ENTRY, release, worldWith } from './live-objects';

test('of an environment only what lies in a namespace, whole', () => {
  const dev = layer({ applied: [RELEASE_ENTRY, '_dev__Namespace', 'other_web_apps_Deployment'] });
  const { objects } = worldWith(dev, release(), deployment());
  const names = (namespace: string) => within(namespace, belongingsOf(dev, objects)).map(({ ref }) => nameOf(ref));
  expect(names('dev')).toEqual(['HelmRelease/dev/podinfo']);
  expect(names('other')).toEqual(['Deployment/other/web']);
  expect(names('flux-system')).toEqual(['Kustomization/flux-system/dev']);
  expect(names('nope')).toEqual([]);
});
