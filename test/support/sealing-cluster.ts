import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentProcess } from '../../demo/agent-process';
import { applyAll, applyCrds } from '../../demo/bootstrap';
import { fairlead } from '../../demo/run';
import { AGENT_NAMESPACE } from '../../demo/world';
import { RawKubeClient } from '../../src/kube/client';
import { readKubeconfig } from '../../src/kube/kubeconfig';
import { labels } from '../../src/model/labels';
import type { KubeObject } from '../../src/model/object';
import { parseCertificates } from '../../src/seal/certificate';
import { type CommandOptions, runCommand } from '../../src/testbed/command';
import { TestBed, type TestBedOptions } from '../../src/testbed/test-bed';
import { findPlaintext } from './plaintext-search';
import { ServiceDoor } from './sealed-secrets-door';
import { CONTROLLER_METRICS_PORT, CONTROLLER_NAMESPACE } from './sealed-secrets-manifests';
import { SECRET } from './sealed-values';

/** Leases that run out while a test waits: duration, renewal and retry in ms. */
const LEASE_TIMES = '12000,4000,250';
const MOST_MS = 120_000;

/** A cluster where an agent unseals, reached by kubeseal and the CLI through the API server's service proxy. */
export class SealingCluster {
  private readonly folder: string;
  private agent?: AgentProcess;
  private started = 0;
  /** What commands and the agent told, to be searched for what they must not tell. */
  private readonly told: Record<string, string> = {};

  /** With our kinds and the agent's Service; no agent runs yet. */
  static async create(options: TestBedOptions = {}): Promise<SealingCluster> {
    const bed = await TestBed.start({ git: false, registry: false, ...options });
    await bed.bin('kubeseal'); // no test has the time to build it
    const client = RawKubeClient.connect(readKubeconfig(bed.kubeconfig));
    await applyCrds(client);
    await applyAll(client, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: AGENT_NAMESPACE } }]);
    return new SealingCluster(bed, client, await ServiceDoor.open(client, `${AGENT_NAMESPACE}/fairlead-agent`));
  }

  private constructor(
    readonly bed: TestBed,
    readonly client: RawKubeClient,
    readonly door: ServiceDoor,
  ) {
    this.folder = join(bed.folder, 'agent');
    mkdirSync(this.folder);
  }

  startAgent(...args: readonly string[]): void {
    this.started += 1;
    const { ip, listen } = this.door;
    const serving = [
      '--log-level=debug',
      `--sealed-secrets-addr=${listen}`,
      `--sealed-secrets-trust-proxy=${ip}/32`,
      `--metrics-addr=${ip}:${CONTROLLER_METRICS_PORT}`,
    ];
    this.agent = AgentProcess.start(this.bed.kubeconfig, {
      log: this.agentLog,
      dataFolder: join(this.folder, 'cache'),
      arguments: [...serving, ...args],
      env: { FAIRLEAD_LEASE_TIMES: LEASE_TIMES },
      onExit: (code) => process.stderr.write(`the agent ended with ${code}: ${this.agentLog}\n`),
    });
  }

  /** Of the agent started last. */
  get agentLog(): string {
    return join(this.folder, `${this.started}.log`);
  }

  async stopAgent(): Promise<void> {
    if (this.agent === undefined) return;
    this.told[`metrics of agent ${this.started}`] = await this.metrics();
    await this.agent.stop();
    this.agent = undefined;
  }

  async metrics(): Promise<string> {
    return (await fetch(`http://${this.door.ip}:${CONTROLLER_METRICS_PORT}/metrics`)).text();
  }

  /** Resolves once the agent gives a certificate through the API server's service proxy, that one where it is given. */
  async untilServing(certificatePem?: string): Promise<void> {
    const { namespace, name } = this.door;
    const path = `/api/v1/namespaces/${namespace}/services/http:${name}:http/proxy/v1/cert.pem`;
    const wanted = certificatePem === undefined ? '-----BEGIN' : parseCertificates(certificatePem, 'wanted')[0]!.pem.trim();
    for (const last = Date.now() + MOST_MS; ; await sleep(100)) {
      const given = await this.bed.kubectl(['get', '--raw', path]).catch((error: Error) => error.message);
      if (given.startsWith(wanted)) return;
      if (Date.now() > last) throw new Error(`${given}\n${await readFile(this.agentLog, 'utf8')}`);
    }
  }

  /** How much the agent has logged by now. */
  async logged(): Promise<number> {
    return (await readFile(this.agentLog, 'utf8')).length;
  }

  /** Resolves once the agent has logged it; after that much, where it says it more than once. */
  async untilLogged(text: string, after = 0): Promise<void> {
    for (const last = Date.now() + MOST_MS; ; await sleep(50)) {
      const log = await readFile(this.agentLog, 'utf8').catch(() => '');
      if (log.includes(text, after)) return;
      if (Date.now() > last) throw new Error(`the agent never said "${text}":\n${log}`);
    }
  }

  /** Runs kubeseal as the cluster's admin. @returns its stdout */
  async kubeseal(args: readonly string[], options: CommandOptions = {}): Promise<string> {
    return this.run(await this.bed.bin('kubeseal'), args, options);
  }

  /** Runs the CLI as the cluster's admin. @returns its stdout */
  async fairlead(args: readonly string[], options: CommandOptions = {}): Promise<string> {
    const [node, cli] = fairlead as [string, string];
    return this.run(node, [cli, ...args], options);
  }

  private async run(program: string, args: readonly string[], options: CommandOptions): Promise<string> {
    const env = { KUBECONFIG: this.bed.kubeconfig, CI: '', ...options.env };
    return runCommand(program, args, { ...options, env });
  }

  /** Sealing keys of the cluster, those out of use too. */
  async keys(): Promise<readonly KubeObject[]> {
    return this.client.list(SECRET, { namespace: CONTROLLER_NAMESPACE, labelSelector: labels.sealingKey });
  }

  /** Where values stand that nobody should see: in what the agent logged, measured and keeps, in events and in conditions. */
  async findPlaintext(
    values: readonly Buffer[],
    more: { readonly paths?: readonly string[]; readonly texts?: Readonly<Record<string, string>> } = {},
  ): Promise<string[]> {
    const metrics: Record<string, string> = this.agent === undefined ? {} : { metrics: await this.metrics() };
    return findPlaintext(values, {
      client: this.client,
      paths: [this.folder, ...(more.paths ?? [])],
      texts: { ...this.told, ...metrics, ...more.texts },
    });
  }

  async destroy(): Promise<void> {
    await this.agent?.kill();
    await this.door.close().catch(() => undefined);
    this.client.close();
    await this.bed.stop();
  }
}
