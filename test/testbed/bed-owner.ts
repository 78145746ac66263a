import { TestBed, type TestBedOptions } from '../../src/testbed/test-bed';

/** A process that owns a bed, for tests that end it: prints the bed's folder, then stays. Its argument is the bed's options as JSON. */
TestBed.start(JSON.parse(process.argv[2]) as TestBedOptions).then((bed) => {
  process.stdout.write(`${bed.folder}\n`);
  setInterval(() => undefined, 60_000);
});
