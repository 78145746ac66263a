import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RawKubeClient } from '../../kube/client';
import { LocalAddress } from '../local-address';
import { RunningContainer } from './container';
import { ContainerLog } from './log';
import type { Container, Pod } from './pod';
import { pause } from './probe';
import { type PodProgram, rootOf } from './program';
import type { ContainerRoot } from './root';
import { backOffMs, type PodState, type PodStatus, statusOf, type Termination } from './status';
import type { VolumeSources } from './volumes';

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

const TRY_AGAIN_MS = 1000;

/** The life of one Pod, from the moment it is bound until it is gone. */
export class PodLife {
  readonly log: ContainerLog;
  private readonly folder: string;
  private readonly container: Container;
  private readonly ending = new AbortController();
  private readonly life: Promise<void>;
  private readonly startTime = new Date().toISOString();
  private address?: LocalAddress;
  private running?: RunningContainer;
  private isEnded = false;
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
    this.log = new ContainerLog(join(this.folder, 'log'), () => this.isEnded);
    mkdirSync(join(this.folder, 'volumes'), { recursive: true });
    this.life = this.live()
      .catch((error) => node.failed(error))
      .finally(() => {
        this.isEnded = true;
      });
  }

  get name(): string {
    return this.pod.metadata.name;
  }

  /** Whether a container is meant that it has. */
  isCalled(namespace: string, pod: string, container: string): boolean {
    return this.name === pod && this.pod.metadata.namespace === namespace && this.container.name === container;
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
    this.address = await this.claimAddress();
    let lastTermination: Termination | undefined;
    for (let restartCount = 0; !this.ending.signal.aborted; restartCount++) {
      const root = await this.prepared(restartCount, lastTermination);
      if (root === undefined) return;
      lastTermination = await this.run(root, restartCount, lastTermination);
      if (this.ending.signal.aborted || this.isOver(lastTermination, restartCount)) return;
      await this.waitBeforeRestart(lastTermination, restartCount);
    }
  }

  /** Undefined: the Pod is deleted. */
  private async claimAddress(): Promise<LocalAddress | undefined> {
    while (!this.ending.signal.aborted) {
      try {
        return await LocalAddress.claim();
      } catch (error) {
        this.node.failed(error);
        await pause(TRY_AGAIN_MS, this.ending.signal);
      }
    }
    return undefined;
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
          return await rootOf(
            this.pod,
            program,
            { folder: this.folder, log: this.log.file, ip: this.address!.ip, apiServer: this.node.apiServer },
            this.node.sources(this.pod),
          );
        } catch (error) {
          waits('CreateContainerConfigError', (error as Error).message);
        }
      }
      await pause(TRY_AGAIN_MS, this.ending.signal);
    }
    return undefined;
  }

  private async run(root: ContainerRoot, restartCount: number, lastTermination: Termination | undefined): Promise<Termination> {
    this.log.begin();
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
