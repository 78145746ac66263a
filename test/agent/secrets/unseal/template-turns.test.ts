import { TemplateTurns } from '../../../../src/agent/secrets/unseal/template-turns';

test('the engine has templates of one SealedSecret at a time, and a second namespace does not wait for all of the first', async () => {
  const begun: string[] = [];
  let running = 0;
  const turns = new TemplateTurns({
    secretTemplates: async ({ of }) => {
      expect(++running).toBe(1);
      begun.push(of!);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running--;
      return new Map();
    },
  });
  const run = (namespace: string) => turns.of(namespace).secretTemplates({ of: namespace }, new Map());
  await Promise.all([...Array.from({ length: 6 }, () => run('tenant')), run('web')]);
  expect(begun.slice(0, 2)).toEqual(['tenant', 'web']);
});
