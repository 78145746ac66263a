import { errors } from '../../common/errors';
import { nameOf } from '../../model/object';
import type { SuspendedRef, Suspension } from '../../model/suspension';
import { kubeconfigNames, whoAmI } from '../bootstrap/live-cluster';
import { withCluster } from '../cluster/with-cluster';
import type { LiveOptions } from '../live/options';
import { clock } from '../live/suspended';
import { type OutputFormat, printStructured } from '../print/structured';
import { printTable } from '../print/table';
import { endSuspension, readSuspensions, writeSuspension } from './suspensions-map';
import { findSuspended, findTarget } from './target';

export interface SuspendOptions extends LiveOptions {
  readonly namespace?: string;
  /** In milliseconds. */
  readonly for?: number;
  readonly reason?: string;
  readonly output?: OutputFormat;
}

const LONGEST_MS = 30 * 24 * 3_600_000;

/** `fairlead suspend`. Gives what to print. */
export async function suspendTarget(
  text: string,
  options: SuspendOptions & { readonly for: number; readonly reason: string },
  now: Date,
): Promise<string> {
  if (options.for > LONGEST_MS) throw errors.SuspensionTooLong({ time: `${Math.round(options.for / 3_600_000)}h` });
  return withCluster(options, async (client) => {
    const of = await findTarget(client, text, options);
    const by = await whoAmI(client, kubeconfigNames(options).user);
    const until = new Date(now.getTime() + options.for).toISOString();
    const written = await writeSuspension(client, options.agentNamespace, { of, by, since: now.toISOString(), until, reason: options.reason });
    if (options.output !== undefined) return printStructured(written, options.output);
    const again = options.namespace === undefined ? text : `${text} -n ${options.namespace}`;
    return `${wordsOf(of)} is left alone until ${clock(until, now)}; to end it before then: fairlead resume ${again}\n`;
  });
}

/** `fairlead suspend --list`. */
export async function listSuspensions(options: SuspendOptions, now: Date): Promise<string> {
  const suspensions = await withCluster(options, (client) => readSuspensions(client, options.agentNamespace, now));
  if (options.output !== undefined) return printStructured(suspensions, options.output);
  if (suspensions.length === 0) return 'nothing is suspended\n';
  const rows = suspensions.map(({ of, by, since, until, reason }: Suspension) => [wordsOf(of), by, clock(since, now), clock(until, now), reason]);
  return printTable(['what', 'by', 'since', 'until', 'reason'], rows);
}

/** `fairlead resume`. */
export async function resumeTarget(text: string, options: SuspendOptions, now: Date): Promise<string> {
  return withCluster(options, async (client) => {
    const suspended = await readSuspensions(client, options.agentNamespace, now);
    const of = findSuspended(suspended, text, options);
    if (of !== undefined) {
      await endSuspension(client, options.agentNamespace, of);
      return `${wordsOf(of)} follows Git again\n`;
    }
    return `${wordsOf(await findTarget(client, text, options))} is not suspended\n`;
  });
}

function wordsOf(of: SuspendedRef): string {
  return of.kind === 'Cluster' ? `cluster ${of.name}` : nameOf(of);
}
