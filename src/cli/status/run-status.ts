import { setTimeout as sleep } from 'node:timers/promises';
import { FairleadError } from '../../common/errors';
import { type FleetMember, type FleetOptions, fleetOf } from '../live/clusters';
import { type LiveLayer, layersOf } from '../live/layers';
import { readWorld } from '../live/read-world';
import { unknownLayer } from '../live/target';
import { paintFor } from '../print/colour';
import { announced } from '../print/progress';
import { type OutputFormat, printStructured } from '../print/structured';
import { type ClusterStatus, clusterStatus } from './cluster-status';
import { keyNotes } from './key-notes';
import { printStatus } from './print-status';
import { statusJson } from './status-json';

export interface StatusOptions extends FleetOptions {
  readonly agentNamespace: string;
  readonly sealedSecretsNamespace: string;
  readonly output?: OutputFormat;
  readonly watch?: boolean;
}

/** A cluster that does not answer must not hold up the others. */
const TIMEOUT_MS = 10_000;
const EVERY_MS = 2_000;

/** `fairlead status`. Gives the exit code: 0 where all is Ready, 1 where not, 2 where no cluster could be asked. */
export async function runStatus(environment: string | undefined, options: StatusOptions): Promise<number> {
  const members = await fleetOf({ timeoutMs: TIMEOUT_MS, ...options });
  const [cluster, name] = splitEnvironment(environment, members);
  for (;;) {
    const asked = cluster === undefined ? members : members.filter((member) => member.cluster === cluster || member.context === cluster);
    const known: LiveLayer[] = [];
    const fleet = await announced('asking the clusters …', Promise.all(asked.map((member) => askCluster(member, name, options, known))));
    if (name !== undefined && fleet.every(({ error, layers = [] }) => error === undefined && layers.length === 0)) throw unknownLayer(name, known);
    const now = new Date();
    const text =
      options.output === undefined ? printStatus(fleet, now, paintFor(process.stdout)) : printStructured(fleet.map(statusJson), options.output);
    if (!options.watch) {
      process.stdout.write(text);
      return exitCodeOf(fleet);
    }
    if (process.stdout.isTTY) process.stdout.write('\x1b[H\x1b[2J');
    process.stdout.write(process.stdout.isTTY ? text : `${text}\n`);
    await sleep(EVERY_MS);
  }
}

/** `gke/dev` means an environment of one cluster only where that is the name of one. */
function splitEnvironment(environment: string | undefined, members: readonly FleetMember[]): [string | undefined, string | undefined] {
  const [first, ...rest] = (environment ?? '').split('/');
  const isCluster = rest.length > 0 && members.some(({ cluster, context }) => cluster === first || context === first);
  return isCluster ? [first, rest.join('/')] : [undefined, environment];
}

function exitCodeOf(fleet: readonly ClusterStatus[]): number {
  if (fleet.every(({ error }) => error !== undefined)) return 2;
  return fleet.every(({ ready }) => ready) ? 0 : 1;
}

/** What a cluster says, or why it does not: that is a row too. Adds its layers to `known`. */
async function askCluster(member: FleetMember, environment: string | undefined, options: StatusOptions, known: LiveLayer[]): Promise<ClusterStatus> {
  const { context, cluster } = member;
  const named = { ...(context !== undefined && { context }), ...(cluster !== undefined && { cluster }) };
  let client: ReturnType<FleetMember['connect']> | undefined;
  try {
    client = member.connect();
    const [version, world] = await Promise.all([client.version(), readWorld(client, options)]);
    known.push(...layersOf(world.objects));
    const status = clusterStatus(world, environment);
    const notes = environment === undefined ? await keyNotes(client, options.sealedSecretsNamespace) : [];
    return { ...status, ...named, version, notes: [...(status.notes ?? []), ...notes] };
  } catch (error) {
    if (!(error instanceof FairleadError)) throw error;
    return { ...named, error: { code: error.code, message: error.message, remedy: error.remedy }, ready: false };
  } finally {
    client?.close();
  }
}
