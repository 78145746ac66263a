import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeClient, WatchEvent } from '../../../kube/types';
import { idOf, keyOf, nameOf } from '../../../model/object';
import { backoffMs } from '../../runtime/backoff';
import type { Runtime } from '../../runtime/types';
import { DEPLOYMENT, type Deployment, hasPods, SELECTORS, scaleToZero } from './deployment';
import { Impostors } from './impostors';

const LOOK_AGAIN_MS = 1000;

interface Other {
  readonly deployment: Deployment;
  /** Its Pods are wanted; else it is gone or scaled to 0, and some may still end. */
  readonly isWanted: boolean;
}

export interface OtherControllersOptions {
  readonly client: KubeClient;
  /** Where the sealing keys are: a Deployment there counts by its labels alone. */
  readonly namespace: string;
  readonly log: Runtime['log'];
  /** Whether those that are at work in the beginning are scaled to 0. Who is scaled up again later wins. */
  readonly takeOver: boolean;
  readonly onChange: () => void;
}

/** Upstream's controller, wherever it runs in the cluster: at work from the moment somebody wants its Pods until the last of them is gone. */
export class OtherControllers {
  private readonly atWork = new Map<string, Other>();
  /** Scaled to 0, and seen without Pods. */
  private readonly idle = new Set<string>();
  private readonly synced = new Set<string>();
  /** What was last seen of Deployments elsewhere, whose evidence is asked for. */
  private readonly asked = new Map<string, Other>();
  /** Of those, what was there in the beginning: who makes ever more of them delays nothing. */
  private readonly askedFirst = new Set<string>();
  private readonly impostors: Impostors;
  private toScale: Set<string> | undefined;
  private looking = false;

  constructor(private readonly options: OtherControllersOptions) {
    this.impostors = new Impostors(options.client, options.log);
  }

  /** Deployments at work; undefined until all were seen and known for what they are. */
  get names(): readonly string[] | undefined {
    if (this.toScale === undefined) return undefined;
    return [...this.atWork.values()].map(({ deployment }) => nameOf(idOf(deployment)));
  }

  start(signal: AbortSignal): void {
    let complaint: string | undefined;
    for (const labelSelector of SELECTORS) {
      this.options.client.watch(
        DEPLOYMENT,
        { labelSelector },
        (event) => {
          complaint = undefined;
          this.take(labelSelector, event, () => this.changed(signal));
        },
        signal,
        (error) => {
          if (error.message !== complaint) this.options.log.warn('whether another controller of SealedSecrets is at work cannot be seen', { error });
          complaint = error.message;
        },
      );
    }
  }

  private take(selector: string, event: WatchEvent, changed: () => void): void {
    if (event.type === 'SYNCED') this.listed(selector, event.keys);
    else {
      const deployment = event.object as Deployment;
      const other = { deployment, isWanted: event.type !== 'DELETED' && deployment.spec.replicas !== 0 };
      const key = keyOf(idOf(deployment));
      if (deployment.metadata.namespace === this.options.namespace || this.atWork.has(key)) this.saw(other);
      else if (event.type === 'DELETED') this.asked.delete(key);
      else void this.ask(key, other, changed);
    }
    changed();
  }

  /** Anybody may label a Deployment in a namespace of theirs, and stops nothing by it. */
  private async ask(key: string, other: Other, changed: () => void): Promise<void> {
    this.asked.set(key, other);
    if (this.synced.size < SELECTORS.length) this.askedFirst.add(key);
    const isImpostor = await this.impostors.has(other.deployment);
    this.askedFirst.delete(key);
    if (this.asked.get(key) === other) {
      this.asked.delete(key);
      if (!isImpostor) this.saw(other);
    }
    changed();
  }

  private changed(signal: AbortSignal): void {
    if (this.synced.size === SELECTORS.length && this.askedFirst.size === 0) {
      const wanted = [...this.atWork].filter(([, { isWanted }]) => isWanted).map(([key]) => key);
      this.toScale ??= new Set(this.options.takeOver ? wanted : []);
    }
    this.options.onChange();
    void this.look(signal);
  }

  private listed(selector: string, keys: ReadonlySet<string>): void {
    for (const [key, { deployment }] of this.asked) if (isSelected(deployment, selector) && !keys.has(key)) this.asked.delete(key);
    for (const [key, { deployment }] of this.atWork)
      if (isSelected(deployment, selector) && !keys.has(key)) this.saw({ deployment, isWanted: false });
    this.synced.add(selector);
  }

  private saw(other: Other): void {
    const { deployment, isWanted } = other;
    const key = keyOf(idOf(deployment));
    if (isWanted) this.idle.delete(key);
    else this.toScale?.delete(key);
    if (!this.idle.has(key)) this.atWork.set(key, other);
  }

  /** Until nobody is left who ends or is to be scaled down. */
  private async look(signal: AbortSignal): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    for (let failures = 0; !signal.aborted && this.names !== undefined && this.hasWork(); ) {
      const failed = await this.lookOnce();
      failures = failed ? failures + 1 : 0;
      if (this.hasWork()) await sleep(failed ? backoffMs(failures) : LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
    this.looking = false;
  }

  private hasWork(): boolean {
    return [...this.atWork].some(([key, { isWanted }]) => !isWanted || this.toScale?.has(key));
  }

  private async lookOnce(): Promise<boolean> {
    try {
      for (const [key, other] of [...this.atWork]) {
        if (this.toScale?.has(key)) await this.scaleDown(key, other.deployment);
        else if (!other.isWanted && !(await hasPods(this.options.client, other.deployment)) && this.atWork.get(key) === other) this.isGone(key);
      }
      return false;
    } catch (error) {
      this.options.log.warn('another controller of SealedSecrets is not gone yet', { error });
      return true;
    }
  }

  private isGone(key: string): void {
    this.atWork.delete(key);
    this.idle.add(key);
    this.options.onChange();
  }

  private async scaleDown(key: string, deployment: Deployment): Promise<void> {
    await scaleToZero(this.options.client, deployment);
    this.toScale?.delete(key);
    this.options.log.info('took over from another controller of SealedSecrets: scaled it to 0', { deployment: nameOf(idOf(deployment)) });
  }
}

function isSelected({ metadata }: Deployment, selector: string): boolean {
  const [label, value] = selector.split('=') as [string, string];
  return metadata.labels?.[label] === value;
}
