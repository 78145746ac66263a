import { load } from 'js-yaml';
import { agentCrds, annotated } from '../../src/install/crds';
import { kinds } from '../../src/model/kinds';

type Definition = {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations: Record<string, string> };
  readonly spec: unknown;
};

test('every kind the agent reconciles is defined', () => {
  const names = agentCrds().map(({ name }) => name);
  for (const { plural, group } of Object.values(kinds)) expect(names).toContain(`${plural}.${group}`);
});

test('whoever does not unseal leaves the definition of SealedSecrets to others', () => {
  const without = agentCrds({ sealedSecrets: false }).map(({ name }) => name);
  expect(agentCrds().map(({ name }) => name)).toEqual([...without, 'sealedsecrets.bitnami.com'].sort());
});

test.each(agentCrds())('$name is named so, and takes an annotation without another change', ({ name, text }) => {
  const before = load(text) as Definition;
  const after = load(annotated(text, 'example.com/keep', 'disabled')) as Definition;
  expect(before.metadata.name).toBe(name);
  expect(after).toEqual({
    ...before,
    metadata: { ...before.metadata, annotations: { ...before.metadata.annotations, 'example.com/keep': 'disabled' } },
  });
});
