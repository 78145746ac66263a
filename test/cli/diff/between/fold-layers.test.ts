import { foldLayers } from '../../../../src/cli/diff/between/fold-layers';
import { NameFolding } from '../../../../src/cli/diff/between/name-folding';
import { comparePreviews } from '../../../../src/cli/diff/compare/compare-previews';
import type { KubeObject } from '../../../../src/model/object';
import type { PreviewLayer, PreviewRelease } from '../../../../src/preview/types';
import { configMap, deployment, layer, preview, release } from '../preview';

function environment(name: string, objects: readonly KubeObject[], releases: readonly PreviewRelease[] = []): PreviewLayer {
  const inside = objects.map((one) => ({ ...one, metadata: { ...one.metadata, namespace: name } }));
  return { ...layer(name, inside, { releases }), cluster: 'gke' };
}

function differences(one: PreviewLayer, other: PreviewLayer): string[] {
  const [{ before, after }] = foldLayers({ kind: 'layer', name: one.name, layers: [one] }, { kind: 'layer', name: other.name, layers: [other] });
  const side = (of: PreviewLayer | undefined) => preview({ name: 'both', layers: of === undefined ? [] : [{ ...of, cluster: 'both' }] });
  return comparePreviews(side(before), side(after)).objects.map(
    ({ change, id, after: now }) => `${change} ${id.name} ${JSON.stringify(now?.data ?? {})}`,
  );
}

test('names of environments are no difference', () => {
  const of = (name: string) => environment(name, [configMap(`web-${name}`, { url: `https://${name}.example.com`, [`${name}.conf`]: 'a' })]);
  expect(differences(of('stg'), of('prd'))).toEqual([]);
});

test('a real difference is shown in its own words', () => {
  const stg = environment('stg', [configMap('web', { mode: 'stg', level: 'debug' })]);
  const prd = environment('prd', [configMap('web', { mode: 'prd', level: 'prd' })]);
  expect(differences(stg, prd)).toEqual(['changed web {"mode":"stg","level":"prd"}']);
});

test('lines of a file are folded one by one', () => {
  const of = (name: string, level: string) => environment(name, [configMap('web', { 'app.conf': `host: ${name}\nlevel: ${level}\n` })]);
  expect(differences(of('stg', 'debug'), of('prd', 'info'))).toEqual(['changed web {"app.conf":"host: stg\\nlevel: info\\n"}']);
});

test('what one lacks is said in the name it has there', () => {
  expect(differences(environment('stg', []), environment('prd', [configMap('only-prd', {})]))).toEqual(['added only-prd {}']);
});

test('releases that are called otherwise are one where their chart is the only one', () => {
  const of = (name: string, release_: string) =>
    environment(
      name,
      [],
      [
        release(
          release_,
          [deployment(release_, 'a:1')].map((one) => ({ ...one, metadata: { ...one.metadata, namespace: name } })),
          { namespace: name },
        ),
      ],
    );
  expect(differences(of('stg', 'web-rc'), of('prd', 'web-live'))).toEqual([]);
});

test('a name within a word is none', () => {
  const folding = new NameFolding([['dev', 'prd']]);
  expect(folding.text('device dev-1 my.dev/x devel')).toBe('device prd-1 my.prd/x devel');
});
