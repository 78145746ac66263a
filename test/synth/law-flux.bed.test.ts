import { join } from 'node:path';
import fc from 'fast-check';
import { MARKER_WORD } from '../../src/model/marker';
import { editTree } from '../../src/synth/law';
import { useFluxSetter } from '../support/flux-setter';
import { useGoProgram } from '../support/go-program';
import { differences, Law, lawCases, type Tree, useLaw } from './law-cases';

const setByFlux = useFluxSetter();
const readByKyaml = useGoProgram<readonly string[], readonly { readonly rewritten: string }[]>(join(__dirname, 'kyaml'));

const { seed, root } = useLaw();

test("Flux's setter leaves the bytes that our edit leaves, in locks and output, and kyaml leaves them alone", () => {
  const cases = fc.sample(lawCases(), { numRuns: 300, seed }).map((law) => {
    const program = new Law(law, root());
    // Both edit whatever is marked: what is held is for whoever calls them to know.
    return { files: marked(program.synth(program.locks).tree), refs: program.refs(() => true) };
  });
  const answers = setByFlux(cases);
  let changed = 0;
  for (const [index, { files, refs }] of cases.entries()) {
    const edited = editTree(files, refs);
    expect(differences(answers[index], edited)).toEqual({});
    changed += Object.keys(differences(files, edited)).length;
  }
  expect(changed).toBeGreaterThan(300);

  const texts = cases.flatMap(({ files }) => [...files.values()]);
  const rewritten = readByKyaml(texts).map((answer) => answer.rewritten);
  expect(differences(numbered(rewritten), numbered(texts))).toEqual({});
}, 300_000);

function marked(tree: Tree): Tree {
  return new Map([...tree].filter(([path, text]) => path.startsWith('locks/') || text.includes(MARKER_WORD)));
}

function numbered(texts: readonly string[]): Tree {
  return new Map(texts.map((text, index) => [String(index), text]));
}
