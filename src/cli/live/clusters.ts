import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { clusterUid } from '../../agent/runtime/cluster-uid';
import { errors } from '../../common/errors';
import { RawKubeClient } from '../../kube/client';
import { readKubeconfig } from '../../kube/kubeconfig';
import { bindingFile, uidIn } from '../../model/cluster-binding';
import { WorkingTree } from '../../preview/file-tree';
import { SYNC_LAYER } from '../../synth/placement';
import { CONFIG_FILE, nearest } from '../../synth/root';
import { kubeconfigFile } from '../cluster/connect';
import { projectAt } from '../locks/project';

export interface FleetOptions {
  readonly kubeconfig?: string;
  /** @default - in a project its clusters, else the current one */
  readonly context?: readonly string[];
  readonly allContexts?: boolean;
  /** How long to wait for the answer to one request. */
  readonly timeoutMs?: number;
}

/** A cluster to look at. */
export interface FleetMember {
  /** Context of the kubeconfig; undefined is the current one. */
  readonly context?: string;
  /** Name of the cluster in the program, where that is known without asking. */
  readonly cluster?: string;
  connect(): RawKubeClient;
}

/** The clusters that are meant. Throws `NoKubeconfig`, and what is wrong with the kubeconfig. */
export async function fleetOf(options: FleetOptions, cwd = process.cwd()): Promise<readonly FleetMember[]> {
  const file = kubeconfigFile(options.kubeconfig);
  if (file === undefined) throw errors.NoKubeconfig();
  const member = (context?: string, cluster?: string): FleetMember => ({
    ...(context !== undefined && { context }),
    ...(cluster !== undefined && { cluster }),
    connect: () => RawKubeClient.connect(readKubeconfig(file, { context }), { timeoutMs: options.timeoutMs }),
  });
  if (options.context !== undefined) return options.context.map((context) => member(context));
  const { names, current } = contextsIn(file);
  if (options.allContexts) return names.map((context) => member(context));
  const clusters = await clustersOfProject(cwd);
  const found = await behindContexts(clusters, names, current, (context) => member(context).connect());
  if (found.size > 0) return [...found].map(([cluster, context]) => member(context, cluster));
  return [member(current)];
}

interface ProjectCluster {
  readonly name: string;
  /** The one cluster that it may be, where it is bound. */
  readonly uid?: string;
}

/** Clusters that the output of the project has. None outside of a project. */
async function clustersOfProject(cwd: string): Promise<ProjectCluster[]> {
  if (nearest(cwd, CONFIG_FILE) === undefined) return [];
  const { root, output } = projectAt(cwd);
  const files = await new WorkingTree(root).list(output);
  const names = new Set(
    files.map((file) => file.slice(output.length + 1).split('/')).flatMap(([cluster, layer]) => (layer === SYNC_LAYER ? [cluster] : [])),
  );
  return [...names].map((name) => {
    const uid = uidIn(textOf(join(root, bindingFile(name))));
    return { name, ...(uid !== undefined && { uid }) };
  });
}

/** Which context each cluster is behind: the one of its name, else the one whose kube-system has the UID it is bound to. The current one is asked first. */
async function behindContexts(
  clusters: readonly ProjectCluster[],
  names: readonly string[],
  current: string | undefined,
  connect: (context: string) => RawKubeClient,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const { name } of clusters) if (names.includes(name)) found.set(name, name);
  const open = clusters.filter(({ name, uid }) => uid !== undefined && !found.has(name));
  if (open.length === 0) return found;
  const uids = await Promise.all(
    [...new Set([...(current === undefined ? [] : [current]), ...names])].map(
      async (context) => [context, await uidBehind(() => connect(context))] as const,
    ),
  );
  for (const { name, uid } of open) {
    const [context] = uids.find(([, live]) => live === uid) ?? [];
    if (context !== undefined) found.set(name, context);
  }
  return found;
}

async function uidBehind(connect: () => RawKubeClient): Promise<string | undefined> {
  let client: RawKubeClient | undefined;
  try {
    client = connect();
    return await clusterUid(client);
  } catch {
    // Whatever is wrong with it, it is none that we look for.
    return undefined;
  } finally {
    client?.close();
  }
}

/** Nothing where the file cannot be read: whoever connects says what is wrong with it. */
function contextsIn(file: string): { readonly names: readonly string[]; readonly current?: string } {
  const config = configIn(file);
  const names = (config.contexts ?? []).flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
  const current = config['current-context'];
  return { names, ...(typeof current === 'string' && current !== '' && { current }) };
}

interface Contexts {
  readonly contexts?: readonly { readonly name?: unknown }[];
  readonly 'current-context'?: unknown;
}

function configIn(file: string): Contexts {
  try {
    return (load(textOf(file)) ?? {}) as Contexts;
  } catch {
    return {};
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
