import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errors } from '../../common/errors';
import { RawKubeClient } from '../../kube/client';
import { readKubeconfig } from '../../kube/kubeconfig';
import { bindingFile, uidIn } from '../../model/cluster-binding';
import { WorkingTree } from '../../preview/file-tree';
import { SYNC_LAYER } from '../../synth/placement';
import { CONFIG_FILE, nearest } from '../../synth/root';
import { kubeconfigFile } from '../cluster/connect';
import { projectAt } from '../locks/project';
import { type Contexts, contextsIn, contextsOfUids } from './contexts';

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
  const contexts = contextsIn(file);
  if (options.allContexts) return contexts.names.map((context) => member(context));
  const clusters = await clustersOfProject(cwd);
  const found = await behindContexts(clusters, contexts, (context) => member(context).connect());
  if (found.size > 0) return [...found].map(([cluster, context]) => member(context, cluster));
  return [member(contexts.current)];
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

/** Which context each cluster is behind: the one of its name, else the one whose kube-system has the UID it is bound to. */
async function behindContexts(
  clusters: readonly ProjectCluster[],
  { names, current }: Contexts,
  connect: (context: string) => RawKubeClient,
): Promise<Map<string, string>> {
  const open = clusters.flatMap(({ name, uid }) => (uid === undefined || names.includes(name) ? [] : [uid]));
  const byUid = await contextsOfUids(new Set(open), { names, current }, connect);
  return new Map(
    clusters.flatMap(({ name, uid }) => {
      const context = names.includes(name) ? name : byUid.get(uid ?? '');
      return context === undefined ? [] : [[name, context]];
    }),
  );
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
