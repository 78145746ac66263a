import { askValues } from '../../../../src/cli/seal/input/ask-values';
import type { SealedFile } from '../../../../src/seal/sealed-file';

const REQUEST = {
  cluster: 'gke',
  layer: 'dev',
  namespace: 'dev',
  name: 'a',
  file: 'a.yaml',
  keys: ['user', 'password'],
  template: {},
  construct: 'dev/a',
};

function fileWith(...keys: readonly string[]): SealedFile {
  const encryptedData = Object.fromEntries(keys.map((key) => [key, '']));
  return { namespace: 'dev', name: 'a', scope: 'strict', encryptedData, sealedWith: new Map(), template: {}, annotations: {}, labels: {} };
}

async function asked(before: SealedFile | undefined, ...answers: readonly string[]) {
  const questions: string[] = [];
  const values = await askValues(REQUEST, before, async (question) => answers[questions.push(question) - 1]!);
  return { questions, values: Object.fromEntries([...values].map(([key, { value }]) => [key, value.toString()])) };
}

test('keys that the file lacks are asked for, twice', async () => {
  expect(await asked(undefined, 'admin', 'admin', '', '')).toEqual({
    questions: ['user of dev/a: ', 'user again: ', 'password of dev/a: ', 'password again: '],
    values: { user: 'admin', password: '' },
  });
  expect((await asked(fileWith('user'), 'hunter2', 'hunter2')).values).toEqual({ password: 'hunter2' });
});

test('where none lacks all are asked for, and no answer leaves one as it is', async () => {
  const { questions, values } = await asked(fileWith('user', 'password'), '', 'hunter2', 'hunter2');
  expect(questions).toEqual(['user of dev/a (empty: as it is): ', 'password of dev/a (empty: as it is): ', 'password again: ']);
  expect(values).toEqual({ password: 'hunter2' });
});

test('answers that differ are refused without either', async () => {
  const answer = asked(undefined, 'hunter2', 'hunter3');
  await expect(answer).rejects.toThrow('FL8324: the two values typed for user differ');
  await expect(answer).rejects.not.toThrow('hunter');
});

test('nothing answered, or nothing declared, is nothing to seal', async () => {
  await expect(asked(fileWith('user', 'password'), '', '')).rejects.toThrow('FL8305');
  await expect(askValues({ ...REQUEST, keys: undefined }, undefined, async () => 'x')).rejects.toThrow('FL8305');
});
