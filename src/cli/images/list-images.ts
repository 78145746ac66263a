import type { KubeClient } from '../../kube/types';
import { kinds } from '../../model/kinds';
import { type Hold, type LockKey, NO_NAMESPACE, printHold } from '../../model/lock';
import { policyOf } from '../../model/lock-policies';
import { WorkingTree } from '../../preview/file-tree';
import { type ClusterOptions, connectCluster } from '../cluster/connect';
import { type LayerKustomization, layerSync, objectsBelow } from '../cluster/sync-objects';
import { readLockFiles } from '../locks/lock-files';
import { projectAt } from '../locks/project';
import { entriesNamed, type LockedEntry, locksMatching } from '../locks/select-entries';
import { printAge } from '../print/age';
import { type OutputFormat, printStructured } from '../print/structured';
import { printTable } from '../print/table';
import { automationsOf } from './automations';
import { LiveState, type LiveVersions } from './live-versions';

export interface ImagesOptions extends ClusterOptions {
  readonly output?: OutputFormat;
  readonly cluster?: string;
}

/** One entry, as `-o json` prints it. What is not known is left out. */
interface Row extends Partial<LiveVersions> {
  readonly cluster: string;
  readonly environment: string;
  readonly namespace: string;
  readonly entry: LockKey;
  readonly locked: string;
  readonly automation: string;
  readonly hold?: Hold;
}

/** Lists versions. `notes` are for people who look, not for programs that read. */
export async function listImages(environment: string | undefined, options: ImagesOptions): Promise<{ text: string; notes: string[] }> {
  const { root, output } = projectAt(process.cwd());
  const tree = new WorkingTree(root);
  const entries = entriesNamed(locksMatching(await readLockFiles(tree), environment, options.cluster));
  const clusters = [...new Set(entries.map(({ file }) => file.cluster))];
  const automations = new Map<string, string>();
  for (const cluster of clusters)
    for (const [policy, how] of automationsOf(await objectsBelow(tree, `${output}/${cluster}/_images`))) automations.set(policy, how);

  const roots = new Map<string, LayerKustomization>();
  for (const cluster of clusters) {
    const sync = await layerSync(tree, output, cluster, '_sync');
    if (sync !== undefined) roots.set(cluster, sync.kustomization);
  }
  const { live, notes } = await askCluster(entries, roots, options);
  const rows = entries.map((one) => rowOf(one, automations, live.get(one)));
  return { text: options.output === undefined ? table(rows, clusters.length > 1) : printStructured(rows, options.output), notes };
}

function rowOf(one: LockedEntry, automations: ReadonlyMap<string, string>, live: LiveVersions | undefined): Row {
  const { file, key, entry } = one;
  const { tag, digest } = entry.ref;
  const hold = file.lock.holds.get(key);
  return {
    cluster: file.cluster,
    environment: file.layer,
    namespace: file.namespace,
    entry: key,
    ...live,
    locked: digest === undefined ? tag : `${tag}@${digest}`,
    automation: automations.get(policyOf(entry) ?? '') ?? 'by hand',
    ...(hold === undefined ? {} : { hold }),
  };
}

/** What runs, where the kubeconfig is of a cluster of this platform. Without it the list is shorter, and no error. */
async function askCluster(entries: readonly LockedEntry[], roots: ReadonlyMap<string, LayerKustomization>, options: ClusterOptions) {
  const live = new Map<LockedEntry, LiveVersions>();
  const client = connectCluster(options);
  if (client === undefined) return { live, notes: ['no cluster was asked: there is no kubeconfig'] };
  try {
    const cluster = await clusterBehind(client, roots);
    if (cluster === undefined) return { live, notes: [`no cluster was asked: the kubeconfig is of none of ${[...roots.keys()].join(', ')}`] };
    const state = new LiveState(client);
    for (const one of entries) if (one.file.cluster === cluster) live.set(one, await state.of(one));
    return { live, notes: [] };
  } catch (error) {
    return { live: new Map<LockedEntry, LiveVersions>(), notes: [`what runs cannot be told: ${(error as Error).message}`] };
  } finally {
    client.close();
  }
}

/** The cluster of the platform that this is: its own sync objects are there. */
async function clusterBehind(client: KubeClient, roots: ReadonlyMap<string, LayerKustomization>): Promise<string | undefined> {
  for (const [cluster, { metadata, spec }] of roots) {
    const id = { ...kinds.Kustomization, namespace: metadata.namespace ?? '', name: metadata.name };
    if ((await client.get<LayerKustomization>(id))?.spec.path === spec.path) return cluster;
  }
  return undefined;
}

function table(rows: readonly Row[], severalClusters: boolean): string {
  const now = new Date();
  const cells = rows.map(({ cluster, environment, namespace, entry, running, locked, newest, lookedAt, automation, hold }) => [
    severalClusters ? `${cluster}/${environment}` : environment,
    namespace === environment ? entry : `${namespace === '' ? NO_NAMESPACE : namespace}/${entry}`,
    running?.join(', ') ?? '',
    short(locked),
    newest === undefined ? '' : short(newest),
    lookedAt === undefined ? '' : printAge(lookedAt, now),
    automation,
    hold === undefined ? '' : printHold(hold),
  ]);
  return printTable(['environment', 'entry', 'running', 'locked', 'newest', 'looked at', 'automation', 'hold'], cells);
}

function short(version: string): string {
  return version.replace(/(@sha256:[0-9a-f]{8})[0-9a-f]+$/, '$1…');
}
