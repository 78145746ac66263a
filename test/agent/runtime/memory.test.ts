import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const MIB = 1024 * 1024;
const folder = join(__dirname, '..', '..', '..');

/** What V8's young generation ends with in a program that holds a little of much for a while. */
function youngGenerationMiB(first: string): number {
  const program = `
    const { keepHeapSmall } = require('./src/agent/runtime/memory');
    ${first}
    const held = [];
    let rounds = 0;
    const round = () => {
      for (let index = 0; index < 20_000; index++) held[(rounds * 20_000 + index) % 100_000] = { index, text: 'x' + index };
      if (++rounds < 300) return setImmediate(round);
      const { space_size: size } = require('node:v8').getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
      console.log(size);
    };
    round();`;
  return Number(execFileSync(process.execPath, ['--require', 'tsx/cjs', '--eval', program], { cwd: folder }).toString()) / MIB;
}

test('the young generation stops growing at its limit, which it would pass by itself', () => {
  expect(youngGenerationMiB('')).toBeGreaterThanOrEqual(24);
  expect(youngGenerationMiB('keepHeapSmall();')).toBeLessThanOrEqual(16);
});
