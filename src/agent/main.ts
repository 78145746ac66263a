import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createLogger, type Logger, type LogLevel } from '../common/logger';
import { Redactor } from '../common/redactor';
import { isNeeded, RIGHTS } from '../install/rights';
import { settingsOf } from '../install/settings';
import type { Connection } from '../kube/connection';
import { inClusterConnection } from '../kube/in-cluster';
import { readKubeconfig } from '../kube/kubeconfig';
import { Authorization } from '../oci/authorization';
import { Transport } from '../oci/transport';
import { createEngine } from '../render/engine';
import { createAppliedObjects } from './apply/applied-objects';
import { createHelmReleaseReconciler } from './helm/helm-release-reconciler';
import { createImageRoom } from './image/room';
import { createKustomizeRoom } from './kustomize/room';
import { engineCheck } from './ready/engine-check';
import { kindsCheck } from './ready/kinds-check';
import { rightsCheck } from './ready/rights-check';
import { sourceCheck } from './ready/source-check';
import { anyone, type Reply } from './runtime/http';
import { keepHeapSmall } from './runtime/memory';
import { AgentRuntime, type LeaseTimes } from './runtime/runtime';
import { createSecretsRoom, type SealedSecretsOptions } from './secrets/room';
import { createSourceRoom } from './source/room';
import { bindingCheck } from './start/binding-check';
import { readKnownHosts } from './start/known-hosts';
import { SyncStart } from './start/sync-start';
import type { SyncOptions } from './start/types';

export interface AgentOptions {
  /** @default the service account of the Pod this runs in */
  readonly kubeconfig?: string;
  /** Where the agent and its leases are. */
  readonly namespace: string;
  /** @default a folder of this server and namespace in the user's cache */
  readonly dataFolder?: string;
  /** Reconciles of one kind at once. */
  readonly concurrency: number;
  /** `host:port` of metrics and health. @default none */
  readonly metricsAddress?: string;
  /** @default 'info' */
  readonly logLevel?: LogLevel;
  /** @default Flux's */
  readonly leaseTimes?: LeaseTimes;
  /** @default - SealedSecrets are left to others */
  readonly sealedSecrets?: SealedSecretsOptions;
  /** What the cluster follows. @default - what is applied by others */
  readonly sync?: SyncOptions;
  /** Scans registries and commits what policies choose. @default true */
  readonly imageAutomation?: boolean;
  /** Nothing is pushed to Git. @default false */
  readonly gitReadOnly?: boolean;
  /** Applies layers and releases that name no service account, in the namespace of each. @default - the agent's own identity */
  readonly defaultServiceAccount?: string;
}

/** Runs the agent until it is told to stop. Resolves with the exit code. */
export async function runAgent(options: AgentOptions): Promise<number> {
  keepHeapSmall();
  const redactor = new Redactor();
  const log = createLogger({ level: options.logLevel, redact: (line) => redactor.redact(line) });
  endOnFaults(log);
  const runtime = createRuntime(options, log, redactor, (error) => {
    log.error('lease lost, ending', { error });
    process.exit(1); // at once: another agent may be writing already
  });
  addRooms(runtime, options);
  requireRights(runtime, options);
  await serve(runtime, options.metricsAddress);

  const started = runtime.start().catch((error: Error) => {
    if (error.name !== 'AbortError') throw error;
  });
  const signal = await Promise.race([stopSignal(), started.then(() => new Promise<never>(() => {}))]);
  log.info('stopping', { signal });
  process.once('SIGINT', () => process.exit(130));
  await runtime.stop();
  return 0;
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
}

function createRuntime(options: AgentOptions, log: Logger, redactor: Redactor, onLost: (error: Error) => void): AgentRuntime {
  const connection = options.kubeconfig === undefined ? inClusterConnection() : readKubeconfig(options.kubeconfig);
  const agentNamespace = options.namespace;
  const dataFolder = options.dataFolder ?? defaultDataFolder(connection, agentNamespace);
  mkdirSync(dataFolder, { recursive: true });
  log.info('starting', { server: connection.server.origin, namespace: agentNamespace, dataFolder, pid: process.pid });
  const { concurrency, leaseTimes, defaultServiceAccount } = options;
  return new AgentRuntime({
    connection,
    agentNamespace,
    dataFolder,
    concurrency,
    leaseTimes,
    defaultServiceAccount,
    log,
    redactor,
    onLost,
    createAppliedObjects: (client, isSuspended) => createAppliedObjects(client, { agentNamespace, isSuspended }),
  });
}

/** The rooms, each on what came before it. */
function addRooms(runtime: AgentRuntime, { sealedSecrets, sync, imageAutomation = true, gitReadOnly = false }: AgentOptions): void {
  const engine = createEngine();
  runtime.component({ name: 'engine', runs: 'always', start: () => {}, stop: () => engine.close() });
  const residentBytes = async () => (await engine.usage()).reduce((sum, one) => sum + (one.residentBytes ?? 0), 0);
  runtime.metrics.gauge('fairlead_engine_resident_memory_bytes', 'Resident memory of the engine', residentBytes);

  const authorization = new Authorization(new Transport());
  const given = sync?.knownHosts === undefined ? undefined : readKnownHosts(sync.knownHosts);
  const source = createSourceRoom(runtime, authorization, { knownHosts: given, pushes: imageAutomation && !gitReadOnly });
  runtime.component({ name: 'sources', runs: 'always', start: () => {}, stop: () => source.close() });
  for (const reconciler of source.reconcilers) runtime.reconcile(reconciler);
  if (sync !== undefined) runtime.component(new SyncStart(runtime, source.sources, sync, source.git.knownHosts(sync.url)));
  const kustomize = createKustomizeRoom(runtime, source.sources, engine);
  runtime.component({ name: 'layers', runs: 'always', start: () => {}, stop: () => kustomize.close() });
  for (const reconciler of kustomize.reconcilers) runtime.reconcile(reconciler);
  const images = imageAutomation ? createImageRoom(runtime, source, engine, authorization, !gitReadOnly).reconcilers : [];
  for (const reconciler of images) runtime.reconcile(reconciler);
  const releases = createHelmReleaseReconciler(runtime, engine, source.sources);
  runtime.component({ name: 'releases', runs: 'always', start: () => {}, stop: () => releases.close() });
  runtime.reconcile(releases);
  runtime.requireReady(engineCheck(engine));
  runtime.requireReady(sourceCheck(runtime, source.git, () => runtime.isLedByOther()));
  if (sync !== undefined) runtime.requireReady(bindingCheck(runtime.clusters.own, runtime.agentNamespace, sync));
  if (sealedSecrets === undefined) return;
  for (const reconciler of createSecretsRoom(runtime, engine, sealedSecrets).reconcilers) runtime.reconcile(reconciler);
}

/** What an installation with these features is granted, and the kinds it reconciles. */
function requireRights(runtime: AgentRuntime, options: AgentOptions): void {
  const { sealedSecrets, imageAutomation = true, sync, namespace, defaultServiceAccount: applyAs } = options;
  const features = { imageAutomation, sealedSecrets: sealedSecrets !== undefined };
  const settings = settingsOf({ namespace, features, sync, applyAs, takeOver: sealedSecrets?.takeOver });
  const rights = RIGHTS.filter((right) => isNeeded(right, settings));
  runtime.requireReady(rightsCheck(runtime.unguarded, rights, namespace));
  runtime.requireReady(kindsCheck(runtime.unguarded, runtime.reconciledKinds));
}

async function serve(runtime: AgentRuntime, address: string | undefined): Promise<void> {
  if (address === undefined) return;
  const type = 'text/plain; version=0.0.4; charset=utf-8';
  runtime.http.route('metrics', {
    method: 'GET',
    path: '/metrics',
    authorize: anyone,
    answer: async () => ({ type, body: await runtime.metrics.text() }),
  });
  runtime.http.route('metrics', { method: 'GET', path: '/healthz', authorize: anyone, answer: () => ({ body: 'ok\n' }) });
  runtime.http.route('metrics', {
    method: 'GET',
    path: '/readyz',
    authorize: anyone,
    answer: () => readyReply(runtime),
  });
  runtime.log.info('serving metrics and health', { address: await runtime.http.listen('metrics', address) });
}

function readyReply({ readiness, leading }: AgentRuntime): Reply {
  if (!readiness.ready) return { status: 503, body: `not ready\n${readiness.problems.join('\n')}\n` };
  return { body: leading ? 'leading\n' : 'standby\n' };
}

/** A fault nobody caught: the state of this process is unknown, and the next one continues. */
function endOnFaults(log: Logger): void {
  const end = (error: unknown) => {
    log.error('unexpected error, ending', { error });
    process.exit(1);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}

function defaultDataFolder(connection: Connection, namespace: string): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const name = createHash('sha256').update(`${connection.server.href} ${namespace}`).digest('hex').slice(0, 12);
  return join(cache, 'fairlead', 'agent', name);
}
