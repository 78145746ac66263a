import { Command, InvalidArgumentError, Option } from 'commander';
import { type AgentOptions, runAgent } from '../agent/main';
import type { LeaseTimes } from '../agent/runtime/runtime';
import type { LogLevel } from '../common/logger';
import { DEFAULT_AGENT_NAMESPACE } from '../model/labels';

interface Options {
  readonly kubeconfig?: string;
  readonly namespace: string;
  readonly dataDir?: string;
  readonly concurrency: number;
  readonly metricsAddr?: string;
  readonly logLevel: LogLevel;
  readonly leaseTimes?: LeaseTimes;
}

/** `fairlead agent`: keeps a cluster equal to Git. */
export function agentCommand(): Command {
  return new Command('agent')
    .description('keep a cluster equal to Git: reconciles every object of its kinds there')
    .option('--kubeconfig <file>', 'cluster and identity; without it the service account of the Pod this runs in')
    .option('--namespace <namespace>', 'namespace of the agent and its leases', DEFAULT_AGENT_NAMESPACE)
    .option('--data-dir <folder>', 'caches; may be lost at any time')
    .option('--concurrency <n>', 'reconciles of one kind at once', positive, 16)
    .option('--metrics-addr <host:port>', 'serve /metrics, /healthz and /readyz there', hostAndPort)
    .addOption(new Option('--log-level <level>', 'least level that is logged').choices(['debug', 'info', 'warn', 'error']).default('info'))
    .addOption(new Option('--lease-times <duration,renew,retry>', 'in ms, for tests').argParser(leaseTimes).env('FAIRLEAD_LEASE_TIMES').hideHelp())
    .action(async (options: Options) => {
      process.exit(await runAgent(agentOptions(options))); // whatever still waits has nothing left to do
    });
}

function agentOptions({ kubeconfig, namespace, dataDir, concurrency, metricsAddr, logLevel, leaseTimes: times }: Options): AgentOptions {
  return { kubeconfig, namespace, dataFolder: dataDir, concurrency, metricsAddress: metricsAddr, logLevel, leaseTimes: times };
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return number;
}

function hostAndPort(text: string): string {
  if (!/^(\[[0-9a-fA-F:]+\]|[^:]*):\d{1,5}$/.test(text)) throw new InvalidArgumentError('It must be HOST:PORT, e.g. 127.0.0.1:8080.');
  return text;
}

function leaseTimes(text: string): LeaseTimes {
  const [durationMs, renewMs, retryMs] = text.split(',').map(Number);
  if (![durationMs, renewMs, retryMs].every((ms) => ms! > 0)) throw new InvalidArgumentError('It must be three numbers of milliseconds.');
  return { durationMs: durationMs!, renewMs: renewMs!, retryMs: retryMs! };
}
