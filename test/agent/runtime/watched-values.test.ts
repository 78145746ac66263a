import { WatchedValues } from '../../../src/agent/runtime/watched-values';

const owner = { kind: 'Kustomization', namespace: 'dev', name: 'app' };
const value = (name: string) => ({ kind: 'ConfigMap', namespace: 'dev', name });

function world() {
  const watches = new Map<string, { change: () => void; seen?: string }>();
  const asked: unknown[] = [];
  const values = new WatchedValues({
    watchValues: (ref, change, seen) => {
      watches.set(ref.name, { change, seen });
      return () => watches.delete(ref.name);
    },
    requestReconcile: (ref, cause) => asked.push([ref, cause]),
  });
  return { watches, asked, values };
}

test('a change since a value was read asks for a visit', () => {
  const { watches, asked, values } = world();
  values.follow(owner, [{ ...value('a'), seen: '7' }]);
  expect(watches.get('a')?.seen).toBe('7');
  watches.get('a')?.change();
  expect(asked).toEqual([[owner, 'values']]);
});

test('what is still read is watched on, what is not any more is left', () => {
  const { watches, values } = world();
  values.follow(owner, [value('a'), value('b'), value('b')]);
  const kept = watches.get('b');
  values.follow(owner, [value('b'), value('c')]);
  expect([...watches.keys()]).toEqual(['b', 'c']);
  expect(watches.get('b')).toBe(kept);
  values.forget(owner);
  expect(watches.size).toBe(0);
});
