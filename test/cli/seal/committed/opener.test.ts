import { ClusterOpener } from '../../../../src/cli/seal/committed/opener';
import { ClusterResealer } from '../../../../src/cli/seal/committed/resealer';
import type { BoundValues } from '../../../../src/cli/seal/controller/sealing-controller';
import type { SealedFile } from '../../../../src/seal/sealed-file';

/** Well formed: an empty session key, and the tag of an empty value. */
const whole = (mark: number) => Buffer.concat([Buffer.alloc(2), Buffer.alloc(16, mark)]).toString('base64');
const LOST = whole(9);

function file(encryptedData: Readonly<Record<string, string>>): SealedFile {
  return { namespace: 'dev', name: 'a', scope: 'namespace-wide', encryptedData, sealedWith: new Map(), template: {}, annotations: {}, labels: {} };
}

/** A cluster that opens what is not LOST, and keeps what it was asked. */
function cluster() {
  const asked: BoundValues[] = [];
  const opens = async (values: BoundValues) => {
    asked.push(values);
    return !Object.values(values.encryptedData).includes(LOST);
  };
  const rotate = async (values: BoundValues) =>
    (await opens(values)) ? new Map(Object.entries(values.encryptedData).map(([key, text]) => [key, `anew ${text}`])) : undefined;
  return { asked, opens, rotate };
}

test('a file that opens is asked for once', async () => {
  const { asked, opens } = cluster();
  const sealed = file({ a: whole(1), b: whole(2) });
  expect(await new ClusterOpener({ opens }).lost(sealed, true)).toEqual([]);
  expect(asked).toEqual([{ namespace: 'dev', name: 'a', scope: 'namespace-wide', encryptedData: sealed.encryptedData }]);
});

test('of a file that does not, single values are asked for only where one must know which', async () => {
  const sealed = file({ a: whole(1), b: LOST, c: whole(3) });
  const quick = cluster();
  expect(await new ClusterOpener(quick).lost(sealed, false)).toBe('some');
  expect(quick.asked).toHaveLength(1);
  const thorough = cluster();
  expect(await new ClusterOpener(thorough).lost(sealed, true)).toEqual(['b']);
  expect(thorough.asked.map(({ encryptedData }) => Object.keys(encryptedData))).toEqual([['a', 'b', 'c'], ['a'], ['b'], ['c']]);
});

test('what is no sealed value is lost without asking anybody', async () => {
  const { asked, opens } = cluster();
  expect(await new ClusterOpener({ opens }).lost(file({ a: 'junk!', b: whole(2) }), true)).toEqual(['a']);
  expect(asked.map(({ encryptedData }) => Object.keys(encryptedData))).toEqual([['b']]);
  expect(await new ClusterOpener({ opens }).lost(file({ a: 'junk!' }), false)).toEqual(['a']);
  expect(await new ClusterOpener({ opens }).lost(file({}), false)).toEqual([]);
  expect(asked).toHaveLength(1);
});

test('values are sealed anew together, and one by one where one of them does not open', async () => {
  const together = cluster();
  expect(await new ClusterResealer(together).reseal(file({ a: whole(1), b: whole(2), c: whole(3) }), ['a', 'b'])).toEqual(
    new Map([
      ['a', `anew ${whole(1)}`],
      ['b', `anew ${whole(2)}`],
    ]),
  );
  expect(together.asked).toHaveLength(1);
  const apart = cluster();
  expect(await new ClusterResealer(apart).reseal(file({ a: whole(1), b: LOST, c: 'junk!' }), ['a', 'b', 'c'])).toEqual(
    new Map([['a', `anew ${whole(1)}`]]),
  );
  expect(apart.asked).toHaveLength(3);
  expect(await new ClusterResealer(apart).reseal(file({ c: 'junk!' }), ['c'])).toEqual(new Map());
  expect(apart.asked).toHaveLength(3);
});
