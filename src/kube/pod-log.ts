import type { IncomingMessage } from 'node:http';
import { query } from './paths';
import type { Requests } from './requests';

/** Which lines of a container's log. @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod */
export interface PodLogOptions {
  /** @default - the only one */
  readonly container?: string;
  /** Goes on as lines come. @default false */
  readonly follow?: boolean;
  /** Of the run before the last restart. @default false */
  readonly previous?: boolean;
  /** The last lines only. */
  readonly tailLines?: number;
  readonly sinceSeconds?: number;
  readonly signal?: AbortSignal;
}

/** The text of a log, as it comes. */
export async function openPodLog(requests: Requests, namespace: string, pod: string, options: PodLogOptions = {}): Promise<IncomingMessage> {
  const { signal, ...params } = options;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log${query({ ...params })}`;
  return await requests.open(
    { method: 'GET', path, verb: 'get', resource: 'pods/log', headers: { accept: '*/*' }, signal },
    `log of Pod ${namespace}/${pod}`,
  );
}
