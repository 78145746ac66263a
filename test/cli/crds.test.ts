import { loadAll } from 'js-yaml';
import { allCrds } from '../../src/cli/crds';
import { kinds } from '../../src/model/kinds';

interface Definition {
  readonly kind: string;
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string; readonly plural: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
}

test('the stream defines every kind the agent speaks, at its version', async () => {
  const definitions = loadAll(await allCrds()) as Definition[];
  expect(new Set(definitions.map(({ kind }) => kind))).toEqual(new Set(['CustomResourceDefinition']));
  const served = definitions.flatMap(({ spec: { group, names, versions } }) =>
    versions.filter((version) => version.served).map((version) => ({ group, version: version.name, kind: names.kind, plural: names.plural })),
  );
  expect(served).toEqual(expect.arrayContaining(Object.values(kinds)));
});
