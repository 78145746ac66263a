import { errors } from '../../common/errors';
import type { KubeClient } from '../../kube/types';
import type { KubeObject } from '../../model/object';
import { podTrouble } from '../live/pod-trouble';
import { podsRefused } from '../live/workloads';

const DEPLOYMENT = { group: 'apps', version: 'v1', kind: 'Deployment' };
const POD = { group: '', version: 'v1', kind: 'Pod' };
/** What may pass by itself: a registry that is slow, a node that is not there yet. */
const PATIENCE_MS = 20_000;

interface Pod extends KubeObject {
  readonly status?: { readonly containerStatuses?: readonly { readonly lastState?: { readonly terminated?: { readonly message?: string } } }[] };
}

/** Watches that the agent runs at all: what keeps it from that is told, and does not pass by itself is an error. */
export class AgentPods {
  private sinceMs: number | undefined;

  /** @param selector labels of the agent's Pods, as kubectl takes them */
  constructor(
    private readonly client: KubeClient,
    private readonly namespace: string,
    private readonly selector: string,
    private readonly now: () => number = Date.now,
  ) {}

  /** What keeps the agent from running, in words; undefined where nothing does. Throws `AgentNotRunning` where it has lasted. */
  async trouble(): Promise<string | undefined> {
    const pods = await this.client.list<Pod>(POD, { namespace: this.namespace, labelSelector: this.selector });
    const troubled = pods.flatMap((pod) => {
      const trouble = podTrouble(pod);
      // That it is not ready yet is said better by what it waits for.
      return trouble === undefined || trouble.reason === 'NotReady' ? [] : [{ pod, trouble }];
    });
    if (pods.length === 0) return this.refused();
    if (troubled.length < pods.length) {
      this.sinceMs = undefined;
      return undefined;
    }
    const { pod, trouble } = troubled[0]!;
    this.sinceMs ??= this.now();
    const isCrash = trouble.reason === 'CrashLoopBackOff' && trouble.isFinal;
    if (!isCrash && this.now() - this.sinceMs < PATIENCE_MS) return trouble.says;
    throw errors.AgentNotRunning({
      reason: `Pod ${pod.metadata.namespace}/${pod.metadata.name}: ${trouble.says}${lastWords(pod)}`,
      next: trouble.remedy,
    });
  }

  /** Why it gets no Pods at all. */
  private async refused(): Promise<string | undefined> {
    const deployments = await this.client.list(DEPLOYMENT, { namespace: this.namespace, labelSelector: this.selector });
    const reason = deployments.map(podsRefused).find((one) => one !== undefined);
    if (reason === undefined) return undefined;
    this.sinceMs ??= this.now();
    const next = `kubectl describe deployment -n ${this.namespace} -l ${this.selector}`;
    if (this.now() - this.sinceMs >= PATIENCE_MS) throw errors.AgentNotRunning({ reason: `it gets no Pods: ${reason}`, next });
    return `the agent gets no Pods: ${reason}`;
  }
}

/** What a container that ended said last, where its Pod keeps it. */
function lastWords({ status }: Pod): string {
  const message = status?.containerStatuses?.[0]?.lastState?.terminated?.message?.trim();
  return message ? `\n${message.split('\n').slice(-5).join('\n')}` : '';
}
