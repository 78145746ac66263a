import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { copyFile, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { applyAll } from '../../demo/bootstrap';
import { until } from '../../demo/observe';
import type { RawKubeClient } from '../../src/kube/client';
import type { StatusError } from '../../src/kube/status-error';
import type { WatchEvent } from '../../src/kube/types';
import type { KubeObject } from '../../src/model/object';
import { bedFiles } from '../../src/testbed/bed-files';
import { LocalAddress } from '../../src/testbed/local-address';
import { launchInRoot } from '../../src/testbed/process-node/root';
import type { TestBed } from '../../src/testbed/test-bed';
import {
  CONTROLLER_METRICS_PORT,
  CONTROLLER_NAME,
  CONTROLLER_NAMESPACE,
  CONTROLLER_PORT,
  controllerManifests,
  RUNNING_FINALIZER,
} from './sealed-secrets-manifests';

const POD = { group: '', version: 'v1', kind: 'Pod' };
const DEPLOYMENT = { group: 'apps', version: 'v1', kind: 'Deployment', namespace: CONTROLLER_NAMESPACE, name: CONTROLLER_NAME };

/**
 * Upstream's controller of Sealed Secrets, installed as its releases install it. Its Deployment has a Pod on a fake node, and while that is there the
 * controller runs as a process that listens on the Pod's address.
 */
export class SealedSecretsController {
  readonly log: string;
  private readonly folder: string;
  private readonly ending = new AbortController();
  private running?: { readonly pod: string; readonly child: ChildProcess };
  /** What is done for the Pods seen so far. */
  private work: Promise<void> = Promise.resolve();

  /** The definition of SealedSecrets must be there. */
  static async install(bed: TestBed, client: RawKubeClient, args: readonly string[] = []): Promise<SealedSecretsController> {
    const program = await bed.bin('sealed-secrets-controller');
    const address = await LocalAddress.claim();
    const controller = new SealedSecretsController(bed, client, program, args, address);
    await applyAll(client, controllerManifests(address.ip));
    client.watch(
      POD,
      { namespace: CONTROLLER_NAMESPACE, labelSelector: `name=${CONTROLLER_NAME}` },
      (event) => controller.see(event),
      controller.ending.signal,
    );
    await controller.serving();
    return controller;
  }

  private constructor(
    private readonly bed: TestBed,
    private readonly client: RawKubeClient,
    private readonly program: string,
    private readonly args: readonly string[],
    private readonly address: LocalAddress,
  ) {
    this.folder = join(bed.folder, CONTROLLER_NAME);
    this.log = join(this.folder, 'log');
    mkdirSync(this.folder);
  }

  get isRunning(): boolean {
    return this.running !== undefined;
  }

  get pid(): number | undefined {
    return this.running?.child.pid;
  }

  /** As a person would. */
  async scale(replicas: number): Promise<void> {
    await this.client.patch(DEPLOYMENT, 'merge', { spec: { replicas } });
  }

  /** Resolves once it answers through the API server's service proxy. */
  async serving(): Promise<void> {
    const path = `/api/v1/namespaces/${CONTROLLER_NAMESPACE}/services/http:${CONTROLLER_NAME}:http/proxy/v1/cert.pem`;
    for (const last = Date.now() + 120_000; ; await sleep(100)) {
      try {
        await this.bed.kubectl(['get', '--raw', path]);
        return;
      } catch (error) {
        if (Date.now() > last) throw new Error(`${error}\n${await readFile(this.log, 'utf8').catch(() => 'never started')}`);
      }
    }
  }

  /** Resolves once no Pod of it is left, and so nothing runs. */
  async gone(): Promise<void> {
    const selection = { namespace: CONTROLLER_NAMESPACE, labelSelector: `name=${CONTROLLER_NAME}` };
    await until(this.client, POD, selection, 'no Pod of the controller', (pods) => (pods.length === 0 ? true : undefined));
  }

  async metrics(): Promise<string> {
    return (await fetch(`http://${this.address.ip}:${CONTROLLER_METRICS_PORT}/metrics`)).text();
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.work;
    await this.end('SIGKILL');
    await this.address.release();
  }

  private see(event: WatchEvent): void {
    if (event.type !== 'ADDED' && event.type !== 'MODIFIED') return;
    const { object } = event;
    this.work = this.work
      .then(() => this.sync(object))
      .catch((error) => {
        if ((error as StatusError).status !== 404) process.stderr.write(`${error}\n`); // it may be gone by now
      });
  }

  private async sync(pod: KubeObject): Promise<void> {
    const { name, deletionTimestamp, finalizers = [] } = pod.metadata as KubeObject['metadata'] & { finalizers?: string[] };
    if (deletionTimestamp !== undefined) {
      if (this.running?.pod === name) await this.end('SIGTERM');
      if (!finalizers.includes(RUNNING_FINALIZER)) return;
      const body = { metadata: { finalizers: finalizers.filter((one) => one !== RUNNING_FINALIZER) } };
      await this.client.patch({ ...POD, namespace: CONTROLLER_NAMESPACE, name }, 'merge', body);
    } else if (this.running === undefined && (pod.status as { podIP?: string }).podIP === this.address.ip) {
      this.running = { pod: name, child: await this.start() };
    }
  }

  private async start(): Promise<ChildProcess> {
    const account = join(this.folder, 'serviceaccount');
    mkdirSync(account, { recursive: true });
    const token = await this.bed.kubectl(['create', 'token', CONTROLLER_NAME, '--namespace', CONTROLLER_NAMESPACE]);
    writeFileSync(join(account, 'token'), token.trim(), { mode: 0o600 });
    writeFileSync(join(account, 'namespace'), CONTROLLER_NAMESPACE);
    await copyFile(bedFiles(this.bed.folder).authority, join(account, 'ca.crt'));

    const { hostname, port } = new URL(this.bed.url);
    const { ip } = this.address;
    return launchInRoot({
      folder: this.folder,
      log: this.log,
      command: [this.program, `--listen-addr=${ip}:${CONTROLLER_PORT}`, `--listen-metrics-addr=${ip}:${CONTROLLER_METRICS_PORT}`, ...this.args],
      env: { PATH: process.env.PATH ?? '', KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port },
      mounts: [{ source: account, target: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true }],
      visible: [dirname(this.program)],
    });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.running?.child;
    this.running = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
}
