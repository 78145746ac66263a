import { createInterface } from 'node:readline';
import { errors } from '../../common/errors';
import type { RawKubeClient } from '../../kube/client';
import { isForbidden, isUnauthorized, StatusError } from '../../kube/status-error';
import type { KubeObject } from '../../model/object';
import { withCluster } from '../cluster/with-cluster';
import { belongingsOf, flatten, readApplied } from '../live/belongings';
import { findTarget } from '../live/find-target';
import { POD } from '../live/live-kinds';
import type { LiveOptions } from '../live/options';
import { readWorld } from '../live/read-world';
import { refOf } from '../live/world';
import type { OutputFormat } from '../print/structured';
import { printError } from '../print-error';
import { concerns, isAtLeast, nameInLog, parseLine, printLine } from './agent-lines';

export interface LogsOptions extends LiveOptions {
  readonly namespace?: string;
  readonly workload?: boolean;
  readonly follow?: boolean;
  readonly previous?: boolean;
  readonly tail?: number;
  /** In milliseconds. */
  readonly since?: number;
  readonly container?: string;
  readonly level: string;
  readonly output?: OutputFormat;
}

/** As the agent's Deployment and chart label its Pods. */
const AGENT_PODS = 'app.kubernetes.io/name=fairlead-agent';

/** `fairlead logs`: what the agent wrote about something, or what its own Pods wrote. */
export async function runLogs(target: string | undefined, options: LogsOptions): Promise<void> {
  await withCluster(options, async (client) => {
    const around = target === undefined ? undefined : await objectsOf(client, target, options);
    const pods = options.workload ? (around ?? []).filter(({ kind }) => kind === POD.kind) : await agentPods(client, options);
    if (pods.length === 0)
      throw errors.LogsMissing({
        what: options.workload ? `${target ?? 'nothing'} has no Pods` : `namespace ${options.agentNamespace} has no Pod of the agent`,
      });
    const names = options.workload || around === undefined ? undefined : new Set(around.map((object) => nameInLog(refOf(object))));
    const print = options.workload ? prefixed(pods.length > 1) : agentPrinter(names, options);
    await Promise.all(pods.map((pod) => stream(client, pod, options, print)));
  });
}

async function objectsOf(client: RawKubeClient, target: string, options: LogsOptions): Promise<KubeObject[]> {
  const world = await readWorld(client, options);
  const object = await findTarget(client, target, world, options.namespace);
  await readApplied(client, world, [object]);
  return flatten(belongingsOf(object, world.objects)).flatMap((ref) => world.objects.get(ref) ?? []);
}

async function agentPods(client: RawKubeClient, { agentNamespace }: LogsOptions): Promise<readonly KubeObject[]> {
  return await client.list(POD, { namespace: agentNamespace, labelSelector: AGENT_PODS });
}

type Print = (line: string, pod: KubeObject, container: string) => void;

function prefixed(isNeeded: boolean): Print {
  return (line, { metadata }, container) => process.stdout.write(isNeeded ? `[${metadata.name}/${container}] ${line}\n` : `${line}\n`);
}

/** Lines of the agent that matter, as people read them or as they are. */
function agentPrinter(names: ReadonlySet<string> | undefined, { level, output }: LogsOptions): Print {
  return (text) => {
    const line = parseLine(text);
    // What is no line of ours, a stack for instance, belongs to nothing in particular.
    if (line === undefined) {
      if (names === undefined) process.stdout.write(`${text}\n`);
      return;
    }
    if (!isAtLeast(line, level) || (names !== undefined && !concerns(line, names))) return;
    process.stdout.write(output === 'json' ? `${text}\n` : `${printLine(line)}\n`);
  };
}

/** Of one Pod. A container without a log, because its image cannot be pulled for instance, says so and keeps no other from printing. */
async function stream(client: RawKubeClient, pod: KubeObject, options: LogsOptions, print: Print): Promise<void> {
  const containers = options.container === undefined ? containersOf(pod) : [options.container];
  const each = (container: string) =>
    streamContainer(client, pod, container, options, print).catch((error: unknown) => {
      if (!(error instanceof StatusError) || isForbidden(error) || isUnauthorized(error)) throw error;
      printError(error);
      process.exitCode = 1;
    });
  if (options.follow) await Promise.all(containers.map(each));
  else for (const container of containers) await each(container);
}

async function streamContainer(client: RawKubeClient, pod: KubeObject, container: string, options: LogsOptions, print: Print): Promise<void> {
  const { follow, previous, tail, since } = options;
  const { namespace = '', name } = pod.metadata;
  const lines = await client.podLog(namespace, name, {
    container,
    ...(follow && { follow }),
    ...(previous && { previous }),
    // Filtered lines are counted before they are filtered: more than asked for are read.
    ...(tail !== undefined && options.workload && { tailLines: tail }),
    ...(since !== undefined && { sinceSeconds: Math.max(1, Math.ceil(since / 1000)) }),
  });
  for await (const line of createInterface({ input: lines })) print(line, pod, container);
}

function containersOf({ spec }: KubeObject): string[] {
  return ((spec as { readonly containers?: readonly { readonly name: string }[] } | undefined)?.containers ?? []).map(({ name }) => name);
}
