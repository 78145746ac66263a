import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { FairleadError } from '../common/error';
import { errors } from '../common/errors';
import { createEngine } from '../render/engine';
import { chartFrom } from '../render/local-content';
import { templateOutput } from '../render/template-output';
import type { Engine } from '../render/types';

interface Options {
  readonly name: string;
  readonly namespace: string;
  readonly values: readonly string[];
  readonly kubeVersion?: string;
  readonly apiVersions: readonly string[];
}

/** `fairlead render chart`: what `helm template` prints. */
export function renderChartCommand(): Command {
  return new Command('chart')
    .description('print what a chart makes, as helm template does')
    .argument('<chart>', 'a chart: its folder or its .tgz')
    .requiredOption('--name <name>', 'release name')
    .option('--namespace <namespace>', 'release namespace', 'default')
    .option('--values <file>', 'values file, YAML; may be given several times, the last one wins', append, [])
    .option('--kube-version <version>', 'Kubernetes version the chart sees')
    .option('--api-versions <list>', 'API versions the chart sees besides the usual, comma-separated', appendList, [])
    .addHelpText(
      'after',
      '\nExample:\n  $ fairlead render chart charts/podinfo --name podinfo --values prod.yaml\n\nExit codes: 0 printed, 1 the chart cannot be rendered.\n',
    )
    .action(async (chart: string, options: Options) => {
      const engine = createEngine();
      try {
        process.stdout.write(await renderChart(engine, chart, options));
      } finally {
        await engine.close();
      }
    });
}

/** @internal */
export async function renderChart(engine: Engine, location: string, options: Options): Promise<string> {
  const chart = await chartFrom(location).catch((error: Error) => {
    throw errors.ChartUnusable({ message: error.message }, error);
  });
  const layers = await Promise.all(options.values.map(readValues));
  const rendered = await engine.render({
    chart,
    name: options.name,
    namespace: options.namespace,
    values: layers.length === 0 ? {} : await merge(engine, options.values, layers),
    capabilities: { kubeVersion: options.kubeVersion, extraApiVersions: options.apiVersions },
    lenient: true,
  });
  return templateOutput(rendered);
}

function readValues(file: string): Promise<Buffer> {
  return readFile(file === '-' ? '/dev/stdin' : file).catch((error: Error) => {
    throw errors.ValuesRefused({ message: `values file ${file}: ${error.message}` }, error);
  });
}

/** Only where it fails is it worth asking which file is to blame. */
async function merge(engine: Engine, files: readonly string[], layers: readonly Buffer[]): Promise<unknown> {
  try {
    return await engine.mergeValues(layers);
  } catch (error) {
    for (const [index, layer] of layers.entries()) {
      await engine.mergeValues([layer]).catch((cause: Error) => {
        const detail = cause instanceof FairleadError ? cause.detail : cause.message;
        throw errors.ValuesRefused({ message: detail.replace('values layer 1', `values file ${files[index]}`) }, cause);
      });
    }
    throw error;
  }
}

function append(value: string, all: readonly string[]): string[] {
  return [...all, value];
}

function appendList(value: string, all: readonly string[]): string[] {
  return [...all, ...value.split(',')];
}
