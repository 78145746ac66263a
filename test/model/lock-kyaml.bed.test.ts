import { join } from 'node:path';
import fc from 'fast-check';
import { printLock } from '../../src/model/lock';
import { useGoProgram } from '../support/go-program';
import { locks } from './locks-arbitrary';

const ask = useGoProgram<readonly string[], readonly { readonly rewritten: string }[]>(join(__dirname, '../synth/kyaml'));

test('kyaml leaves lock files alone', () => {
  const all = fc
    .sample(locks(), 1000)
    .map(printLock)
    .filter((text) => text !== '');
  for (const [index, { rewritten }] of ask(all).entries()) expect(rewritten).toBe(all[index]);
});
