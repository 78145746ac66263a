import { Turns } from '../../../src/agent/image/turns';

test('those who wait go in the order they came, and each leaves the event loop a round', async () => {
  const turns = new Turns();
  const seen: string[] = [];
  const work = async (name: string) => {
    await turns.next();
    seen.push(name);
    setImmediate(() => seen.push(`what came during ${name}`));
  };
  await Promise.all([work('a'), work('b'), work('c')]);
  expect(seen).toEqual(['a', 'what came during a', 'b', 'what came during b', 'c']);
});
