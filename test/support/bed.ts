import { TestBed, type TestBedOptions } from '../../src/testbed/test-bed';

/** A cold machine builds the control plane first. */
export const BUILD_TIMEOUT_MS = 45 * 60_000;
const STOP_TIMEOUT_MS = 60_000;

/** A bed for all tests of a file. It is there from the first `beforeAll` registered after this call on. */
export function useBed(options: TestBedOptions = {}): () => TestBed {
  let bed: TestBed | undefined;
  beforeAll(async () => {
    bed = await TestBed.start(options);
  }, BUILD_TIMEOUT_MS);
  afterAll(() => bed?.stop(), STOP_TIMEOUT_MS);
  return () => {
    if (!bed) throw new Error('the bed starts in beforeAll: call this inside a test or a later beforeAll');
    return bed;
  };
}
