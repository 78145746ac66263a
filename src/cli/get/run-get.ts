import { errors } from '../../common/errors';
import type { GroupVersionKind } from '../../kube/types';
import type { KubeObject } from '../../model/object';
import { withCluster } from '../cluster/with-cluster';
import { kindCalled, kindGroups } from '../live/kind-names';
import type { LiveOptions } from '../live/options';
import { readWorld } from '../live/read-world';
import type { World } from '../live/world';
import { type OutputFormat, printStructured } from '../print/structured';
import { printTable } from '../print/table';
import { columnsOf } from './columns';

export interface GetOptions extends LiveOptions {
  readonly namespace?: string;
  readonly output?: OutputFormat;
}

/** `fairlead get`: tables of our kinds, as kubectl prints its own. */
export async function runGet(word: string | undefined, options: GetOptions): Promise<void> {
  const chosen = kindsCalled(word ?? 'all');
  await withCluster(options, async (client) => {
    const world = await readWorld(client, { ...options, workloads: false });
    const lists = chosen.map(({ kind }) => ({ kind, objects: inNamespace(world.objects.list(kind), options.namespace) }));
    const unread = chosen.flatMap(({ kind }) => world.unread.get(kind) ?? []);
    if (options.output !== undefined) {
      const items = lists.flatMap(({ objects }) => objects);
      process.stdout.write(printStructured({ apiVersion: 'v1', kind: 'List', items }, options.output));
    } else if (unread.length < chosen.length) process.stdout.write(tables(lists, world, unread.length > 0));
    for (const reason of unread) process.stderr.write(`warning: ${reason}\n`);
    if (unread.length > 0) process.exitCode = 1;
  });
}

function kindsCalled(word: string): readonly GroupVersionKind[] {
  const group = kindGroups[word.toLowerCase()];
  if (group !== undefined) return group;
  const kind = kindCalled(word);
  if (kind !== undefined && kindGroups.all.some((one) => one.kind === kind.kind)) return [kind];
  throw errors.KindNotOurs({ word, known: [...Object.keys(kindGroups), ...kindGroups.all.map((one) => one.kind.toLowerCase())].join(', ') });
}

function inNamespace(objects: readonly KubeObject[], namespace: string | undefined): readonly KubeObject[] {
  return namespace === undefined ? objects : objects.filter(({ metadata }) => metadata.namespace === namespace);
}

/** One table a kind that there is anything of; of several each under its kind. What could not be read may hold more. */
function tables(lists: readonly { readonly kind: string; readonly objects: readonly KubeObject[] }[], world: World, isPart: boolean): string {
  const some = lists.filter(({ objects }) => objects.length > 0);
  if (some.length === 0) return isPart ? 'nothing found in what may be read\n' : 'nothing found\n';
  return some
    .map(({ kind, objects }) => {
      const columns = columnsOf(kind);
      const table = printTable(
        columns.map(({ header }) => header),
        objects.map((object) => columns.map(({ cell }) => cell(object, world))),
      );
      return lists.length === 1 ? table : `${kind}\n${table}`;
    })
    .join('\n');
}
