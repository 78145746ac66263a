import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RawKubeClient } from '../kube/client';
import { LocalAddress } from './local-address';
import { RunningContainer } from './process-node-container';
import { environmentOf, expand } from './process-node-environment';
import { listenOn } from './process-node-listening';
import type { Container, Pod } from './process-node-pod';
import { pause } from './process-node-probe';
import type { ContainerRoot } from './process-node-root';
import { backOffMs, type PodState, type PodStatus, statusOf, type Termination } from './process-node-status';
import { fillVolume, type VolumeSources } from './process-node-volumes';

/** A program that stands for an image. */
export interface PodProgram {
  /** Of the container: the whole name, or what it matches. */
  readonly image: string | RegExp;
  /** The image's entrypoint; a container's own command replaces it. */
  readonly command: readonly string[];
  /** The image's variables. @default - PATH of this process alone */
  readonly env?: Readonly<Record<string, string>>;
  /** Whom the image runs as, where the Pod does not say. @default - root */
  readonly user?: number;
  /** Folders of this machine that it needs, wherever they are. @default none */
  readonly visible?: readonly string[];
  /** Files that the image has otherwise than this machine, such as /etc/passwd, which is there too. @default none */
  readonly files?: Readonly<Record<string, string>>;
}

/** What a Pod needs of the node it is on. */
export interface PodSurroundings {
  readonly client: RawKubeClient;
  readonly folder: string;
  readonly apiServer: URL;
  readonly firstBackOffMs: number;
  program(image: string): PodProgram | undefined;
  sources(pod: Pod): VolumeSources;
  /** Takes the object of a Pod that has ended away. */
  remove(pod: Pod): Promise<void>;
  /** Told of what nobody waits for. */
  failed(error: unknown): void;
}

const PULL_AGAIN_MS = 1000;

/** The life of one Pod, from the moment it is bound until it is gone. */
export class PodLife {
  readonly log: string;
  private readonly folder: string;
  private readonly container: Container;
  private readonly ending = new AbortController();
  private readonly life: Promise<void>;
  private readonly startTime = new Date().toISOString();
  private address?: LocalAddress;
  private running?: RunningContainer;
  private state?: PodState;
  private conditions: PodStatus['conditions'] = [];
  private writing: Promise<void> = Promise.resolve();
  private going?: Promise<void>;

  constructor(
    private readonly pod: Pod,
    private readonly node: PodSurroundings,
  ) {
    this.container = pod.spec.containers[0]!;
    this.folder = join(node.folder, pod.metadata.uid);
    this.log = join(this.folder, 'log');
    mkdirSync(join(this.folder, 'volumes'), { recursive: true });
    this.life = this.live().catch((error) => node.failed(error));
  }

  get name(): string {
    return this.pod.metadata.name;
  }

  get ip(): string | undefined {
    return this.address?.ip;
  }

  /** Of its process, while there is one. */
  get pid(): number | undefined {
    return this.running?.pid;
  }

  /** As a kubelet does when somebody deletes it: asks, waits, and then the object goes. Once. */
  delete(graceSeconds: number): Promise<void> {
    this.going ??= (async () => {
      this.ending.abort();
      await this.running?.stop(graceSeconds * 1000);
      await this.life;
      await this.writing;
      await this.node.remove(this.pod);
      await this.address?.release();
    })();
    return this.going;
  }

  /** Ends it at once; its object stays as it is. */
  async kill(): Promise<void> {
    this.ending.abort();
    this.running?.kill();
    await this.life;
    await this.writing;
    await this.address?.release();
  }

  private async live(): Promise<void> {
    this.address = await LocalAddress.claim();
    let lastTermination: Termination | undefined;
    for (let restartCount = 0; !this.ending.signal.aborted; restartCount++) {
      const root = await this.prepared(restartCount, lastTermination);
      if (root === undefined) return;
      lastTermination = await this.run(root, restartCount, lastTermination);
      if (this.ending.signal.aborted || this.isOver(lastTermination, restartCount)) return;
      await this.waitBeforeRestart(lastTermination, restartCount);
    }
  }

  /** What a start needs, as soon as it is all there. Undefined: the Pod is deleted. */
  private async prepared(restartCount: number, lastTermination: Termination | undefined): Promise<ContainerRoot | undefined> {
    while (!this.ending.signal.aborted) {
      const waits = (reason: string, message?: string) =>
        this.tell({ phase: 'Pending', state: { waiting: { reason, message } }, started: false, ready: false, restartCount, lastTermination });
      const program = this.node.program(this.container.image);
      if (program === undefined) waits('ImagePullBackOff', `Back-off pulling image "${this.container.image}"`);
      else {
        try {
          return await this.root(program);
        } catch (error) {
          waits('CreateContainerConfigError', (error as Error).message);
        }
      }
      await pause(PULL_AGAIN_MS, this.ending.signal);
    }
    return undefined;
  }

  private async root(program: PodProgram): Promise<ContainerRoot> {
    const { pod, container, folder } = this;
    if (pod.spec.containers.length > 1 || (pod.spec.initContainers ?? []).length > 0) throw new Error('the process node plays one container a Pod');
    const { ip } = this.address!;
    const uid = container.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser ?? program.user;
    const { fsGroup } = pod.spec.securityContext ?? {};
    const sources = this.node.sources(pod);
    const volumes = pod.spec.volumes ?? [];
    const folderOf = (name: string) => join(folder, 'volumes', name);
    await Promise.all(volumes.map((volume) => fillVolume(volume, folderOf(volume.name), pod, ip, sources, { uid, fsGroup })));
    const { hostname, port } = this.node.apiServer;
    const image = { PATH: process.env.PATH ?? '', HOME: '/', HOSTNAME: pod.metadata.name, ...program.env };
    const cluster = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port, KUBERNETES_SERVICE_PORT_HTTPS: port };
    const env = await environmentOf(container, pod, ip, sources, { ...image, ...cluster });
    const args = (container.args ?? []).map((text) => expand(text, env));
    const gid = container.securityContext?.runAsGroup ?? pod.spec.securityContext?.runAsGroup ?? 0;
    return {
      folder,
      log: this.log,
      command: [...(container.command?.map((text) => expand(text, env)) ?? program.command), ...args],
      env: { ...env, NODE_OPTIONS: [env.NODE_OPTIONS, listenOn(ip)].filter(Boolean).join(' ') },
      mounts: [
        ...(container.volumeMounts ?? []).map(({ name, mountPath, subPath = '', readOnly }) => ({
          source: join(folderOf(name), subPath),
          target: mountPath,
          readOnly: readOnly ?? volumes.find((volume) => volume.name === name)?.emptyDir === undefined,
        })),
        // Last: a folder that gets a mount point has this machine's entries.
        ...this.imageFiles(program),
      ],
      visible: program.visible,
      readOnly: container.securityContext?.readOnlyRootFilesystem,
      ...(uid === undefined || uid === 0 ? {} : { user: { uid, gid, groups: fsGroup === undefined ? [] : [fsGroup] } }),
    };
  }

  private imageFiles({ files = {} }: PodProgram): ContainerRoot['mounts'] {
    return Object.entries(files).map(([target, text], at) => {
      const source = join(this.folder, `image-${at}`);
      writeFileSync(source, text, { mode: 0o644 });
      return { source, target, readOnly: true };
    });
  }

  private async run(root: ContainerRoot, restartCount: number, lastTermination: Termination | undefined): Promise<Termination> {
    const running = new RunningContainer(this.container, root, this.address!.ip, ({ started, ready }, { startedAt }) => {
      const state = { running: { startedAt } };
      this.tell({ phase: 'Running', state, started, ready, restartCount, lastTermination });
    });
    this.running = running;
    if (this.ending.signal.aborted) running.kill();
    const termination = await running.ended;
    this.running = undefined;
    return termination;
  }

  /** Whether it is not started again. */
  private isOver(terminated: Termination, restartCount: number): boolean {
    const { restartPolicy = 'Always' } = this.pod.spec;
    const good = terminated.exitCode === 0;
    if (restartPolicy === 'Always' || (restartPolicy === 'OnFailure' && !good)) return false;
    this.tell({ phase: good ? 'Succeeded' : 'Failed', state: { terminated }, started: false, ready: false, restartCount });
    return true;
  }

  private async waitBeforeRestart(terminated: Termination, restartCount: number): Promise<void> {
    const waitMs = backOffMs(restartCount, this.node.firstBackOffMs);
    const common = { phase: 'Running', started: false, ready: false, restartCount, lastTermination: terminated } as const;
    if (waitMs === 0) return;
    const message = `back-off ${waitMs / 1000}s restarting failed container=${this.container.name} pod=${this.pod.metadata.name}`;
    this.tell({ ...common, state: { waiting: { reason: 'CrashLoopBackOff', message } } });
    await pause(waitMs, this.ending.signal);
  }

  private tell(state: Omit<PodState, 'ip' | 'startTime'>): void {
    const now: PodState = { ...state, ip: this.address!.ip, startTime: this.startTime };
    if (JSON.stringify(now) === JSON.stringify(this.state)) return;
    this.state = now;
    const status = statusOf(this.container, now, new Date().toISOString(), this.conditions);
    this.conditions = status.conditions;
    const { name, namespace } = this.pod.metadata;
    this.writing = this.writing
      .then(() => this.node.client.patch({ group: '', version: 'v1', kind: 'Pod', namespace, name }, 'merge', { status }, { subresource: 'status' }))
      .then(
        () => undefined,
        (error) => this.node.failed(error),
      );
  }

  /** Its files are no longer needed. */
  async discard(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
