import type { HelmRelease } from '../../agent/helm/helm-release';
import { isForbidden } from '../../kube/status-error';
import type { KubeClient } from '../../kube/types';
import { kinds } from '../../model/kinds';
import { LOCK_FOLDER } from '../../model/lock';
import type { KubeObject } from '../../model/object';
import { releaseTarget } from '../../objects/release-target';
import { withCluster } from '../cluster/with-cluster';
import { findTarget } from '../live/find-target';
import { commitOf, kustomizationOf, type LiveKustomization, type LiveLayer, layerOf, layersOf } from '../live/layers';
import { suspensionNotes } from '../live/notes';
import type { LiveOptions } from '../live/options';
import { mustSee, readWorld } from '../live/read-world';
import { printAge } from '../print/age';
import { type OutputFormat, printStructured } from '../print/structured';
import { printTable } from '../print/table';
import { climb } from '../trace/climb';
import { Clone, type GitCommit } from './git-commits';
import { type HistoryRow, layerRows, releaseRows } from './rows';
import { versionChanges } from './version-changes';

export interface HistoryOptions extends LiveOptions {
  readonly namespace?: string;
  readonly output?: OutputFormat;
  readonly max: number;
}

const SECRET = { group: '', version: 'v1', kind: 'Secret' };

/** What has a history: the release or Kustomization that an object is of, or it itself. */
async function withHistory(client: KubeClient, object: KubeObject): Promise<KubeObject> {
  const has = ({ kind }: KubeObject) => kind === kinds.HelmRelease.kind || kind === kinds.Kustomization.kind;
  return has(object) ? object : ((await climb(client, object)).objects.find(has) ?? object);
}

/** `fairlead history`: who changed what and when, and how it ended. */
export async function runHistory(target: string | undefined, options: HistoryOptions): Promise<void> {
  await withCluster(options, async (client) => {
    const world = await readWorld(client, { ...options, workloads: false });
    mustSee(world, kinds.Kustomization.kind);
    const clone = Clone.at(process.cwd());
    const objects =
      target === undefined
        ? layersOf(world.objects)
            .filter(({ isOwn }) => !isOwn)
            .map(({ kustomization }) => kustomization)
        : [await withHistory(client, await findTarget(client, target, world, options.namespace))];
    const histories = await Promise.all(
      objects.map(async (object) => {
        const of =
          object.kind === kinds.HelmRelease.kind ? `${object.metadata.namespace}/${object.metadata.name}` : layerOf(object as LiveKustomization).name;
        const owner = object.kind === kinds.HelmRelease.kind ? kustomizationOf(object, world.objects) : (object as LiveKustomization);
        const layer = owner && layerOf(owner);
        const rows =
          object.kind === kinds.HelmRelease.kind ? await ofRelease(client, object, layer, clone, options) : await ofLayer(layer!, clone, options);
        return { of, rows: rows.slice(0, options.max) };
      }),
    );
    if (options.output !== undefined) {
      process.stdout.write(
        printStructured(target === undefined ? histories.map(({ of, rows }) => ({ environment: of, rows })) : histories[0].rows, options.output),
      );
      return;
    }
    const now = new Date();
    process.stdout.write(histories.map(({ of, rows }) => `${histories.length === 1 ? '' : `${of}\n`}${printHistory(rows, now)}`).join('\n'));
    for (const { of, says } of suspensionNotes(world)) process.stderr.write(`${of} ${says}\n`);
    if (clone === undefined) process.stderr.write('who and why is in Git: run it in a clone of the repository\n');
  });
}

async function ofLayer(layer: LiveLayer, clone: Clone | undefined, { max }: HistoryOptions): Promise<HistoryRow[]> {
  const ids = (layer.kustomization.status?.history ?? []).flatMap(({ metadata }) => commitOf(metadata?.revision) ?? []);
  const named = (await clone?.commits(ids)) ?? [];
  const changing =
    clone === undefined || layer.cluster === undefined || (ids.length > 0 && named.length === 0)
      ? []
      : await clone.changing(foldersOf(layer, clone), max);
  const rows = layerRows(layer.kustomization, unique([...named, ...changing]));
  return clone === undefined ? rows : await withChanges(rows.slice(0, max), layer, clone);
}

async function ofRelease(
  client: KubeClient,
  object: KubeObject,
  layer: LiveLayer | undefined,
  clone: Clone | undefined,
  { max }: HistoryOptions,
): Promise<HistoryRow[]> {
  const commits = clone === undefined || layer?.cluster === undefined ? [] : await clone.changing(foldersOf(layer, clone), FAR_BACK);
  const rows = releaseRows(object, await storedRevisions(client, object as HelmRelease), commits);
  return clone === undefined || layer === undefined ? rows : await withChanges(rows.slice(0, max), layer, clone);
}

/** More than Helm keeps revisions. */
const FAR_BACK = 200;

function foldersOf({ cluster, name }: LiveLayer, { output }: Clone): string[] {
  return [`${output}/${cluster}/${name}`, `${LOCK_FOLDER}/${cluster}/${name}`];
}

/** Revisions in Helm's storage, by their metadata. None where Secrets may not be seen. */
async function storedRevisions(client: KubeClient, release: HelmRelease): Promise<readonly KubeObject[]> {
  const { name, storageNamespace } = releaseTarget(release);
  try {
    return await client.list(SECRET, { namespace: storageNamespace, labelSelector: `owner=helm,name=${name}`, as: 'metadata' });
  } catch (error) {
    if (isForbidden(error)) return [];
    throw error;
  }
}

async function withChanges(rows: readonly HistoryRow[], { cluster, name }: LiveLayer, clone: Clone): Promise<HistoryRow[]> {
  const folder = `${LOCK_FOLDER}/${cluster}/${name}`;
  return await Promise.all(
    rows.map(async (row) => {
      if (row.commit === undefined || row.author === undefined) return row;
      const [before, after] = await Promise.all([clone.locks(`${row.commit}^`, folder), clone.locks(row.commit, folder)]);
      return { ...row, changes: versionChanges(before, after) };
    }),
  );
}

function unique(commits: readonly GitCommit[]): GitCommit[] {
  return [...new Map(commits.map((commit) => [commit.id, commit])).values()];
}

function printHistory(rows: readonly HistoryRow[], now: Date): string {
  if (rows.length === 0) return 'no history yet\n';
  const isHelm = rows.some(({ revision }) => revision !== undefined);
  const headers = ['when', ...(isHelm ? ['revision', 'chart'] : []), 'outcome', 'commit', 'author', 'subject', 'versions'];
  return printTable(
    headers,
    rows.map(({ at, outcome, commit = '', author = '', subject = '', revision, chart = '', changes = [] }) => [
      at === '' ? '' : printAge(at, now),
      ...(isHelm ? [revision === undefined ? '' : `v${revision}`, chart] : []),
      outcome,
      commit.slice(0, 7),
      author,
      subject,
      changes.join(', '),
    ]),
  );
}
