import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findEntry, scriptOf } from '../../src/cli/entry';

test.each([
  ['npx ts-node main.ts', 'main.ts'],
  ['node lib/cli/main.js synth examples/podinfo/main.ts', 'examples/podinfo/main.ts'],
  ['npx tsx --tsconfig tsconfig.json "app/main.mts"', 'app/main.mts'],
  ['npm run synth', undefined],
  ['', undefined],
])('%j runs %j', (command, script) => expect(scriptOf(command)).toBe(script));

describe('findEntry', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fairlead-entry-'));
    mkdirSync(join(folder, 'deep'));
    for (const name of ['main.ts', 'other.ts']) writeFileSync(join(folder, name), '');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('takes what is asked for, else what cdk8s.yaml runs, else main.ts', () => {
    expect(findEntry('../other.ts', join(folder, 'deep'))).toBe(join(folder, 'other.ts'));
    expect(findEntry(undefined, folder)).toBe(join(folder, 'main.ts'));
    writeFileSync(join(folder, 'cdk8s.yaml'), 'app: fairlead synth other.ts\n');
    expect(findEntry(undefined, join(folder, 'deep'))).toBe(join(folder, 'other.ts'));
  });

  test('says what it looked for', () => {
    expect(() => findEntry('none.ts', folder)).toThrow(/FL7101.*none\.ts does not exist/);
  });
});
