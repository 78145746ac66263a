import { setMaxListeners } from 'node:events';
import type { KubeClient } from '../../kube/types';
import { nameOf } from '../../model/object';
import { withCluster } from '../cluster/with-cluster';
import { belongingsOf, flatten, readApplied } from '../live/belongings';
import { findTarget } from '../live/find-target';
import { EVENT } from '../live/live-kinds';
import type { LiveOptions } from '../live/options';
import { readWorld } from '../live/read-world';
import type { Ref } from '../live/world';
import { printAge } from '../print/age';
import { type Paint, paintFor } from '../print/colour';
import { oneLine } from '../print/one-line';
import { type OutputFormat, printStructured } from '../print/structured';
import { printTable } from '../print/table';
import { dedupe, type EventLine, eventLine, eventsOf } from './event-lines';

export interface EventsOptions extends LiveOptions {
  readonly namespace?: string;
  readonly output?: OutputFormat;
  readonly watch?: boolean;
}

/** `fairlead events`: what happened to something and to all that belongs to it. */
export async function runEvents(target: string | undefined, options: EventsOptions): Promise<void> {
  await withCluster(options, async (client) => {
    const refs = target === undefined ? undefined : await refsOf(client, target, options);
    if (options.watch) return await follow(client, refs, options);
    const lines = await readEvents(client, refs, options);
    if (options.output !== undefined) process.stdout.write(printStructured(lines.map(plainLine), options.output));
    else
      process.stdout.write(
        lines.length === 0 ? 'no events: Kubernetes keeps them for an hour\n' : printEvents(lines, new Date(), paintFor(process.stdout)),
      );
  });
}

async function refsOf(client: KubeClient, target: string, options: EventsOptions): Promise<Ref[]> {
  const world = await readWorld(client, options);
  const object = await findTarget(client, target, world, options.namespace);
  await readApplied(client, world, [object]);
  return flatten(belongingsOf(object, world.objects));
}

/** Of one namespace where that is all there is of the target. */
async function readEvents(client: KubeClient, refs: readonly Ref[] | undefined, { namespace }: EventsOptions): Promise<EventLine[]> {
  const namespaces = refs === undefined ? [namespace] : [...new Set(refs.map((ref) => ref.namespace || 'default'))];
  const lists = await Promise.all(namespaces.map((one) => client.list(EVENT, one === undefined ? {} : { namespace: one })));
  const lines = lists.flat().map(eventLine);
  return dedupe(refs === undefined ? lines : eventsOf(lines, refs));
}

/** One line an event, as they come. What happened before is told first. */
function follow(client: KubeClient, refs: readonly Ref[] | undefined, { namespace }: EventsOptions): Promise<never> {
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const paint = paintFor(process.stdout);
  return new Promise((_, reject) => {
    let before: EventLine[] | undefined = [];
    const tell = (line: EventLine) => process.stdout.write(`${lineOf(line, paint)}\n`);
    client.watch(
      EVENT,
      namespace === undefined ? {} : { namespace },
      (event) => {
        if (event.type === 'DELETED') return;
        if (event.type === 'SYNCED') {
          for (const line of dedupe(before ?? [])) tell(line);
          before = undefined;
          return;
        }
        const line = eventLine(event.object);
        if (refs !== undefined && eventsOf([line], refs).length === 0) return;
        if (before === undefined) tell(line);
        else before.push(line);
      },
      stop.signal,
      (error) => {
        if (before === undefined) return;
        stop.abort();
        reject(error);
      },
    );
  });
}

export function printEvents(lines: readonly EventLine[], now: Date, paint: Paint): string {
  const table = printTable(
    ['last seen', 'type', 'reason', 'object', 'message'],
    lines.map((line) => [line.at === '' ? '' : printAge(line.at, now), line.type, line.reason, nameOf(line.of), words(line)]),
  );
  return table.replace(/(?<= {3})Warning(?= {2})/gm, (found) => paint('yellow', found));
}

function lineOf(line: EventLine, paint: Paint): string {
  const type = line.type === 'Warning' ? paint('yellow', line.type) : line.type;
  return `${line.at}  ${type}  ${line.reason}  ${nameOf(line.of)}  ${words(line)}`;
}

function words({ message, count }: EventLine): string {
  const text = oneLine(message);
  return count > 1 ? `${text} (${count} times)` : text;
}

function plainLine({ of, ...line }: EventLine): object {
  return { ...line, object: nameOf(of) };
}
