import { Command, Option } from 'commander';
import { diffBench } from './diff';
import { engineStartBench } from './engine-start';
import { imageScansBench } from './image-scans';
import { kustomizationsBench } from './kustomizations';
import { policiesBench } from './policies';
import { releasesBench } from './releases';
import { renderingBench } from './rendering';
import { sealedSecretsBench } from './sealed-secrets';
import { startupBench } from './startup';
import { synthesisBench } from './synthesis';
import { validateBench } from './validate';

const benches = {
  startup: startupBench,
  synth: synthesisBench,
  render: renderingBench,
  diff: diffBench,
  validate: validateBench,
  'engine-start': engineStartBench,
  kustomizations: kustomizationsBench,
  helmreleases: releasesBench,
  policies: policiesBench,
  'image-scans': imageScansBench,
  'sealed-secrets': sealedSecretsBench,
} as const;
type Name = keyof typeof benches;

new Command('bench')
  .description('Benchmarks, one JSON object per line; each beside a peer or a floor measured in the same run')
  .option('--count <n>', 'how many of each', Number, 100)
  .option('--smoke', 'a few of each: shows that they run, measures nothing')
  .addOption(new Option('--only <names...>', 'these alone').choices(Object.keys(benches)))
  .action(async ({ count, smoke, only }: { count: number; smoke?: boolean; only?: Name[] }) => {
    for (const name of only ?? (Object.keys(benches) as Name[])) await benches[name](smoke ? 5 : count);
  })
  .parseAsync()
  .then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
