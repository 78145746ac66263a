import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errors } from '../../common/errors';
import { RawKubeClient } from '../../kube/client';
import { readKubeconfig } from '../../kube/kubeconfig';
import { isNotFound } from '../../kube/status-error';
import type { WatchEvent } from '../../kube/types';
import type { TestBed } from '../test-bed';
import { PodLife, type PodSurroundings } from './kubelet';
import { LogServer } from './log-server';
import type { Pod } from './pod';
import type { PodProgram } from './program';
import type { VolumeSources } from './volumes';

export interface ProcessNodeOptions {
  /** A kubelet's first wait before it restarts what crashed again. @default 10000 */
  readonly firstBackOffMs?: number;
}

const NODE = { group: '', version: 'v1', kind: 'Node' };
const POD = { group: '', version: 'v1', kind: 'Pod' };

/**
 * Plays the kubelet for Pods that the bed's kwok leaves alone (`TestBedOptions.processImages`), on whatever node they are: each runs as a process of this
 * machine, in a root of its own, as its service account, on an address of its own. Needs Linux and root. Not played: `kubectl exec`, names of the
 * cluster's DNS, network policies, several containers a Pod, probes but HTTP's, changes of mounted ConfigMaps and Secrets.
 */
export class ProcessNode {
  /** Programs of images: what is given later wins. Images without one cannot be pulled. */
  static start(bed: TestBed, programs: PodProgram | readonly PodProgram[], options: ProcessNodeOptions = {}): ProcessNode {
    const client = RawKubeClient.connect(readKubeconfig(bed.kubeconfig));
    return new ProcessNode(bed, client, [programs].flat(), options);
  }

  private readonly lives = new Map<string, PodLife>();
  private readonly ended: PodLife[] = [];
  private readonly stopping = new AbortController();
  private readonly surroundings: PodSurroundings;
  private readonly logServer: Promise<LogServer>;

  private constructor(
    private readonly bed: TestBed,
    private readonly client: RawKubeClient,
    private readonly programs: PodProgram[],
    { firstBackOffMs = 10_000 }: ProcessNodeOptions,
  ) {
    this.surroundings = {
      client,
      folder: join(bed.folder, 'pods'),
      apiServer: new URL(bed.url),
      firstBackOffMs,
      program: (image) => this.programs.findLast((one) => (typeof one.image === 'string' ? one.image === image : one.image.test(image))),
      sources: (pod) => this.sources(pod),
      remove: (pod) => this.remove(pod),
      failed: (error) =>
        isNotFound(error) || errors.ApiUnreachable.is(error) || this.stopping.signal.aborted || process.stderr.write(`process node: ${error}\n`),
    };
    this.logServer = this.serveLogs();
    this.logServer.catch((error) => this.surroundings.failed(error));
    client.watch(POD, {}, (event) => this.see(event), this.stopping.signal);
  }

  /** From now on this image can be pulled, or is another program: `fairlead:broken`. */
  publish(program: PodProgram): void {
    this.programs.push(program);
  }

  /** Pods that run now, by name. */
  get pods(): readonly Pick<PodLife, 'name' | 'ip' | 'pid'>[] {
    return [...this.lives.values()];
  }

  /** Everything its Pods printed, in the order of the Pods; of one Pod where it is named. Of Pods that are gone too. */
  logs(pod?: string): string {
    const all = [...this.ended, ...this.lives.values()];
    return all
      .filter(({ name }) => pod === undefined || name === pod)
      .map(({ log }) => readIfThere(log.file))
      .join('');
  }

  /** Ends every process, at once. Their Pods stay as they are. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([...this.lives.values()].map((life) => life.kill()));
    await this.logServer.then((server) => server.close()).catch(() => undefined);
    this.client.close();
  }

  /** Tells every node's kubelet port: the API server gets logs from there. */
  private async serveLogs(): Promise<LogServer> {
    const server = await LogServer.start((namespace, pod, container) => {
      const lives = [...this.ended, ...this.lives.values()];
      return lives.findLast((life) => life.isCalled(namespace, pod, container))?.log;
    });
    const status = { daemonEndpoints: { kubeletEndpoint: { Port: server.port } } };
    for (const { metadata } of await this.client.list(NODE, { as: 'metadata' })) {
      await this.client.patch({ ...NODE, namespace: '', name: metadata.name }, 'merge', { status }, { subresource: 'status' });
    }
    return server;
  }

  private see(event: WatchEvent): void {
    if (event.type === 'SYNCED' || this.stopping.signal.aborted) return;
    const pod = event.object as unknown as Pod;
    const { uid, deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata;
    const life = this.lives.get(uid);
    if (event.type === 'DELETED') {
      if (life !== undefined) this.end(uid, life, 0);
    } else if (deletionTimestamp !== undefined) {
      if (life !== undefined) this.end(uid, life, deletionGracePeriodSeconds ?? 0);
      else if (this.isOurs(pod)) void this.remove(pod).catch((error) => this.surroundings.failed(error));
    } else if (life === undefined && this.isOurs(pod)) {
      this.lives.set(uid, new PodLife(pod, this.surroundings));
    }
  }

  private end(uid: string, life: PodLife, graceSeconds: number): void {
    void life
      .delete(graceSeconds)
      .catch((error) => this.surroundings.failed(error))
      .then(() => {
        if (this.lives.delete(uid)) this.ended.push(life);
      });
  }

  private isOurs({ spec }: Pod): boolean {
    return spec.nodeName !== undefined && spec.containers.some(({ image }) => this.bed.processImages.test(image));
  }

  private async remove({ metadata: { name, namespace, uid } }: Pod): Promise<void> {
    const id = { ...POD, namespace, name };
    if ((await this.client.get(id))?.metadata.uid !== uid) return;
    await this.bed.kubectl(['delete', 'pod', name, '--namespace', namespace, '--grace-period=0', '--force', '--wait=false', '--ignore-not-found']);
  }

  private sources({ metadata: { name, namespace, uid }, spec }: Pod): VolumeSources {
    return {
      object: async (kind, of) => {
        const found = await this.client.get({ group: '', version: 'v1', kind, namespace, name: of });
        return found === undefined ? undefined : contentOf(found as { data?: Record<string, string>; binaryData?: Record<string, string> }, kind);
      },
      token: async ({ audience, expirationSeconds = 3600 }) => {
        const bound = ['--bound-object-kind=Pod', `--bound-object-name=${name}`, `--bound-object-uid=${uid}`];
        const args = [`--namespace=${namespace}`, `--duration=${expirationSeconds}s`, ...(audience === undefined ? [] : [`--audience=${audience}`])];
        return (await this.bed.kubectl(['create', 'token', spec.serviceAccountName ?? 'default', ...args, ...bound])).trim();
      },
    };
  }
}

interface Content {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

function contentOf({ data = {}, binaryData = {} }: Content, kind: 'ConfigMap' | 'Secret'): Record<string, Buffer> {
  const decoded = (of: Readonly<Record<string, string>>, encoding: BufferEncoding) =>
    Object.entries(of).map(([key, value]) => [key, Buffer.from(value, encoding)] as const);
  return Object.fromEntries([...decoded(data, kind === 'Secret' ? 'base64' : 'utf8'), ...decoded(binaryData, 'base64')]);
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
