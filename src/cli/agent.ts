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
  readonly gitUrl?: string;
  readonly gitBranch: string;
  readonly gitPath?: string;
  readonly gitRepositoryName?: string;
  readonly gitKustomizationName?: string;
  readonly gitSecret?: string;
  readonly gitKnownHosts?: string;
  readonly gitReadOnly?: boolean;
  readonly defaultServiceAccount?: string;
  readonly imageAutomation: 'on' | 'off';
  readonly prune: 'on' | 'off';
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
    .option('--git-url <url>', 'repository the cluster follows: the agent makes its ssh key, GitRepository and root Kustomization')
    .option('--git-branch <branch>', 'branch of it', 'main')
    .option('--git-path <folder>', 'folder of the cluster in it, such as dist/gke; its _sync is found')
    .option('--git-repository-name <name>', "of the GitRepository (default: the repository's)")
    .option('--git-kustomization-name <name>', 'of the root Kustomization (default: last part of the folder)')
    .option('--git-secret <name>', "Secret with credentials (default for ssh: the GitRepository's name; made where it is missing)")
    .option('--git-known-hosts <file>', 'host keys of Git servers, as ssh-keyscan prints them (default: those of the large forges)')
    .option('--git-read-only', 'never push to Git')
    .option('--default-service-account <name>', 'applies layers and releases that name none, in the namespace of each (default: the agent itself)')
    .addOption(new Option('--prune <on|off>', 'whether the root Kustomization deletes what is gone from Git').choices(['on', 'off']).default('on'))
    .addOption(new Option('--image-automation <on|off>', 'scan registries and commit new versions').choices(['on', 'off']).default('on'))
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
    .addHelpText(
      'after',
      '\nExample:\n  $ fairlead agent --git-url https://git.example/environments --git-path dist/gke\n\nExit codes: 0 ended by a signal, 1 it cannot run, or lost its lease.\n',
    )
    .action(async (options: Options, command: Command) => {
      if (options.takeOver === true && options.sealedSecrets === 'off') command.error('error: --take-over needs --sealed-secrets=on');
      if ((options.gitUrl === undefined) !== (options.gitPath === undefined)) command.error('error: --git-url and --git-path belong together');
      const { runAgent } = require('../agent/main') as typeof import('../agent/main');
      process.exit(await runAgent(agentOptions(options))); // whatever still waits has nothing left to do
    });
}

function agentOptions(options: Options): AgentOptions {
  const { kubeconfig, namespace, dataDir, concurrency, metricsAddr, logLevel, leaseTimes: times } = options;
  const sealedSecrets = options.sealedSecrets === 'on' ? sealedSecretsOptions(options) : undefined;
  return {
    kubeconfig,
    namespace,
    dataFolder: dataDir,
    concurrency,
    metricsAddress: metricsAddr,
    logLevel,
    leaseTimes: times,
    sealedSecrets,
    sync: syncOptionsOf(options),
    imageAutomation: options.imageAutomation === 'on',
    gitReadOnly: options.gitReadOnly ?? false,
    defaultServiceAccount: options.defaultServiceAccount,
  };
}

function syncOptionsOf(options: Options): AgentOptions['sync'] {
  const { gitUrl: url, gitPath: path, gitBranch: branch } = options;
  if (url === undefined || path === undefined) return undefined;
  const { syncOptions } = require('../agent/start/sync-options') as typeof import('../agent/start/sync-options');
  return syncOptions({
    url,
    branch,
    path,
    repositoryName: options.gitRepositoryName,
    kustomizationName: options.gitKustomizationName,
    secretName: options.gitSecret,
    knownHosts: options.gitKnownHosts,
    prune: options.prune === 'on',
  });
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
