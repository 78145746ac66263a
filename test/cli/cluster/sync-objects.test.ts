import { objectsIn } from '../../../src/cli/cluster/sync-objects';

test('objects of a file are read, and what is none is left out', () => {
  const text = 'kind: A\nmetadata:\n  name: a\n---\n---\ntext\n---\nkind: B\n---\nkind: C\nmetadata: {}\n';
  expect(objectsIn(text, 'dist/a.yaml').map(({ kind }) => kind)).toEqual(['A', 'C']);
});

test('a file that is no YAML is named, with the line and what to do', () => {
  expect(() => objectsIn('kind: A\n<<<<<<< HEAD\nmetadata: {}\n', 'dist/a.yaml')).toThrow(
    expect.objectContaining({
      code: 'FL7210',
      detail: expect.stringMatching(/^dist\/a\.yaml line 3 cannot be read: /),
      remedy: expect.stringContaining('fairlead synth'),
    }),
  );
});
