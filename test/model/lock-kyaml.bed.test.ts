import { join } from 'node:path';
import fc from 'fast-check';
import { editMarkers } from '../../src/model/edit-markers';
import { type Lock, type LockEntry, printLock } from '../../src/model/lock';
import { parseMarker } from '../../src/model/marker';
import { useFluxSetter } from '../support/flux-setter';
import { useGoProgram } from '../support/go-program';
import { locks, refs } from './locks-arbitrary';

const readByKyaml = useGoProgram<readonly string[], readonly { readonly rewritten: string }[]>(join(__dirname, '../synth/kyaml'));
const setByFlux = useFluxSetter();

test('kyaml leaves lock files alone', () => {
  const all = fc.sample(locks(), 1000).map(printLock).filter(Boolean);
  for (const [index, { rewritten }] of readByKyaml(all).entries()) expect(rewritten).toBe(all[index]);
});

test("Flux's setter edits lock files as we do, which is the lock with the new versions", () => {
  const cases = fc.sample(fc.tuple(locks(), fc.array(refs(), { minLength: 1 })), 300).map(([lock, chosen]) => {
    const marked = [...lock.entries.values()].flatMap(({ marker = '' }) => parseMarker(marker)?.policy ?? []);
    const found = new Map(marked.map((policy, index) => [policy, chosen[index % chosen.length]]));
    return { lock, refs: found, files: new Map([['lock.yaml', printLock(lock)]]) };
  });
  for (const [index, tree] of setByFlux(cases).entries()) {
    const { lock, refs: found, files } = cases[index];
    expect(tree.get('lock.yaml')).toBe(editMarkers(files.get('lock.yaml')!, found).text);
    expect(tree.get('lock.yaml')).toBe(printLock(withRefs(lock, found)));
  }
});

function withRefs(lock: Lock, found: ReadonlyMap<string, LockEntry['ref']>): Lock {
  const entries = [...lock.entries].map(([key, entry]) => {
    const ref = found.get(parseMarker(entry.marker ?? '')?.policy ?? '');
    return [key, ref ? { ...entry, ref } : entry] as const;
  });
  return { ...lock, entries: new Map(entries) };
}
