import { chooseLayers } from '../../../src/cli/render/choose-layers';
import type { Preview } from '../../../src/preview/types';

const layer = (cluster: string, name: string) => ({ cluster, name, namespaces: [], objects: [], releases: [], problems: [] });
const preview: Preview = {
  clusters: [
    { name: 'eu', layers: [layer('eu', '_sync'), layer('eu', 'prod'), layer('eu', 'dev')] },
    { name: 'us', layers: [layer('us', '_sync'), layer('us', 'prod')] },
  ],
};
const chosen = (name: string, cluster?: string) => chooseLayers(preview, name, cluster).map((one) => `${one.cluster}/${one.name}`);

test.each([
  ['dev', undefined, ['eu/dev']],
  ['us/prod', undefined, ['us/prod']],
  ['prod', 'us', ['us/prod']],
  ['us', undefined, ['us/_sync', 'us/prod']],
  ['us', 'us', ['us/_sync', 'us/prod']],
])('%s of cluster %s', (name, cluster, expected) => expect(chosen(name, cluster)).toEqual(expected));

test('what several clusters have is asked for by cluster', () => {
  expect(() => chosen('prod')).toThrow('FL7205: prod is in several clusters: eu, us');
});

test.each([
  ['stg', undefined, 'stg'],
  ['dev', 'us', 'us/dev'],
  ['us/dev', undefined, 'us/dev'],
])('%s of cluster %s is unknown', (name, cluster, said) =>
  expect(() => chosen(name, cluster)).toThrow(`FL7431: the output has no environment or cluster ${said}`),
);
