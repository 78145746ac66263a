import { isIP } from 'node:net';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { AgentOptions } from '../agent/main';
import type { LeaseTimes } from '../agent/runtime/runtime';
import { parseDuration } from '../common/go-duration';
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
  readonly sealedSecrets: 'on' | 'off';
  readonly sealedSecretsNamespace: string;
  readonly sealedSecretsAddr?: string;
  readonly sealedSecretsTrustProxy: readonly string[];
  readonly sealedSecretsKeyRenewPeriod: number;
  readonly takeOver?: boolean;
  readonly firstSealingKey: 'make' | 'wait';
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
    .addOption(new Option('--sealed-secrets <on|off>', 'unseal SealedSecrets').choices(['on', 'off']).default('on'))
    .option('--sealed-secrets-namespace <namespace>', "namespace of the cluster's sealing keys", namespaceName, 'kube-system')
    .option('--sealed-secrets-addr <host:port>', 'serve what kubeseal asks there', hostAndPort)
    .option(
      '--sealed-secrets-trust-proxy <cidr,...>',
      'networks of API servers besides the known ones, whose proxy authorizes requests',
      networks,
      [],
    )
    .addOption(
      new Option('--sealed-secrets-key-renew-period <duration>', 'age of the newest sealing key at which the next is made, 0 for never')
        .argParser(duration)
        .default(parseDuration('720h'), '720h'),
    )
    .addOption(
      new Option('--first-sealing-key <make|wait>', 'in a cluster that never had one: make it, or wait until keys are restored')
        .choices(['make', 'wait'])
        .default('make'),
    )
    .option('--take-over', 'scale the controller of Sealed Secrets to 0 and use its keys; without it the agent steps back while that is at work')
    .addOption(new Option('--log-level <level>', 'least level that is logged').choices(['debug', 'info', 'warn', 'error']).default('info'))
    .addOption(new Option('--lease-times <duration,renew,retry>', 'in ms, for tests').argParser(leaseTimes).env('FAIRLEAD_LEASE_TIMES').hideHelp())
    .action(async (options: Options, command: Command) => {
      if (options.takeOver === true && options.sealedSecrets === 'off') command.error('error: --take-over needs --sealed-secrets=on');
      const { runAgent } = require('../agent/main') as typeof import('../agent/main');
      process.exit(await runAgent(agentOptions(options))); // whatever still waits has nothing left to do
    });
}

function agentOptions(options: Options): AgentOptions {
  const { kubeconfig, namespace, dataDir, concurrency, metricsAddr, logLevel, leaseTimes: times } = options;
  const sealedSecrets = options.sealedSecrets === 'on' ? sealedSecretsOptions(options) : undefined;
  return { kubeconfig, namespace, dataFolder: dataDir, concurrency, metricsAddress: metricsAddr, logLevel, leaseTimes: times, sealedSecrets };
}

function sealedSecretsOptions(options: Options): AgentOptions['sealedSecrets'] {
  return {
    namespace: options.sealedSecretsNamespace,
    address: options.sealedSecretsAddr,
    trustedProxies: options.sealedSecretsTrustProxy,
    takeOver: options.takeOver ?? false,
    firstKey: options.firstSealingKey,
    keyRenewPeriodMs: options.sealedSecretsKeyRenewPeriod,
  };
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

function namespaceName(text: string): string {
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text)) throw new InvalidArgumentError('It must be the name of a namespace.');
  return text;
}

function networks(text: string): readonly string[] {
  const all = text.split(',').map((one) => one.trim());
  const wrong = all.find((one) => !isNetwork(one));
  if (wrong !== undefined) throw new InvalidArgumentError(`"${wrong}" is no network in CIDR notation, e.g. 10.0.0.0/24.`);
  return all;
}

function isNetwork(text: string): boolean {
  const [address = '', bits = '', ...more] = text.split('/');
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)]!;
  return more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= longest;
}

function duration(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) throw new InvalidArgumentError('It must be a duration such as 720h or 30m, or 0.');
  return milliseconds;
}

function leaseTimes(text: string): LeaseTimes {
  const [durationMs, renewMs, retryMs] = text.split(',').map(Number);
  if (![durationMs, renewMs, retryMs].every((ms) => ms! > 0)) throw new InvalidArgumentError('It must be three numbers of milliseconds.');
  return { durationMs: durationMs!, renewMs: renewMs!, retryMs: retryMs! };
}
