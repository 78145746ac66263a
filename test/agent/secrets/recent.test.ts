import { Recent } from '../../../src/agent/secrets/recent';

let now = 0;
let asked: string[] = [];
beforeEach(() => {
  now = 0;
  asked = [];
});

const recent = (most?: number) => new Recent<string>(1000, most, () => now);
const ask = (question: string) => async () => {
  asked.push(question);
  return `${question}!`;
};

test('a question is asked once while its answer holds', async () => {
  const known = recent();
  expect(await Promise.all([known.get('a', ask('a')), known.get('a', ask('a')), known.get('b', ask('b'))])).toEqual(['a!', 'a!', 'b!']);
  now = 999;
  await known.get('a', ask('a'));
  expect(asked).toEqual(['a', 'b']);
  now = 1000;
  await known.get('a', ask('a'));
  expect(asked).toEqual(['a', 'b', 'a']);
});

test('a question that failed is asked again', async () => {
  const known = recent();
  await expect(known.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await known.get('a', ask('a'))).toBe('a!');
});

test('the oldest answers make room', async () => {
  const known = recent(2);
  for (const question of ['a', 'b', 'c', 'b', 'a']) await known.get(question, ask(question));
  expect(asked).toEqual(['a', 'b', 'c', 'a']);
});
