import { holdSignals } from '../../src/cli/hold-signals';

afterEach(() => jest.restoreAllMocks());

test('a signal ends the command once what was begun is done, also where that fails', async () => {
  const steps: string[] = [];
  jest.spyOn(process, 'kill').mockImplementation((_pid, signal): true => {
    steps.push(`killed by ${signal}`);
    return true;
  });
  const listening = process.listenerCount('SIGTERM');
  const work = holdSignals(async () => {
    process.emit('SIGTERM', 'SIGTERM');
    await new Promise(setImmediate);
    steps.push('done');
    throw new Error('and failed');
  });
  await expect(work).rejects.toThrow('and failed');
  expect(steps).toEqual(['done', 'killed by SIGTERM']);
  expect(process.listenerCount('SIGTERM')).toBe(listening);
});
