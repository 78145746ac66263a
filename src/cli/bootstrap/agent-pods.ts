import { errors } from '../../common/errors';
import type { KubeClient } from '../../kube/types';
import type { KubeObject } from '../../model/object';
import { podTrouble } from '../live/pod-trouble';

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
    if (troubled.length === 0 || troubled.length < pods.length) {
      this.sinceMs = undefined;
      return undefined;
    }
    const { pod, trouble } = troubled[0]!;
    this.sinceMs ??= this.now();
    const isCrash = trouble.reason === 'CrashLoopBackOff' && trouble.isFinal;
    if (!isCrash && this.now() - this.sinceMs < PATIENCE_MS) return trouble.says;
    throw errors.AgentNotRunning({
      reason: `Pod ${pod.metadata.namespace}/${pod.metadata.name}: ${trouble.says}${lastWords(pod)}`,
      next: trouble.next,
    });
  }
}

/** What a container that ended said last, where its Pod keeps it. */
function lastWords({ status }: Pod): string {
  const message = status?.containerStatuses?.[0]?.lastState?.terminated?.message?.trim();
  return message ? `\n${message.split('\n').slice(-5).join('\n')}` : '';
}
