import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { engineCommand, findEngine } from '../../src/render/find-engine';

const folder = mkdtempSync(path.join(tmpdir(), 'fairlead-find-engine-'));
const [asked, chosen] = ['asked', 'chosen'].map((name) => path.join(folder, name));
beforeAll(() => {
  for (const file of [asked, chosen]) writeFileSync(file, '');
});
afterAll(() => rmSync(folder, { recursive: true }));

test('who asks for one gets it, then comes the environment, then the one built here', () => {
  expect(findEngine(asked, { FAIRLEAD_ENGINE: chosen })).toBe(asked);
  expect(findEngine(undefined, { FAIRLEAD_ENGINE: chosen })).toBe(chosen);
  expect(findEngine(undefined, {})).toMatch(/engine\/bin\/fairlead-engine/);
});

test('one that is not there is missing, even where another could take its place', () => {
  expect(() => findEngine(undefined, { FAIRLEAD_ENGINE: '/no/such/engine' })).toThrow(/no engine at \/no\/such\/engine/);
});

test('a module is run by Node, a program by itself', () => {
  expect(engineCommand('/engine/fairlead-engine')).toEqual({ command: '/engine/fairlead-engine', args: [] });
  expect(engineCommand('/engine/fairlead-engine.wasm')).toEqual({
    command: process.execPath,
    args: ['--no-warnings', expect.stringMatching(/wasm-host\.js$/), '/engine/fairlead-engine.wasm'],
  });
});
