import { errors } from '../../common/errors';
import type { RawKubeClient } from '../../kube/client';
import { kinds } from '../../model/kinds';
import { withCluster } from '../cluster/with-cluster';
import { type LiveKustomization, layersOf } from '../live/layers';
import { agentNotes, type Note, suspensionNotes } from '../live/notes';
import type { LiveOptions } from '../live/options';
import { type Verdict, watchUntil } from '../live/watch-until';
import { LiveObjects, type World } from '../live/world';
import { type OutputFormat, printStructured } from '../print/structured';
import { noteJson } from '../status/status-json';
import { findTarget, type Goal, namespaceOf, parseImage } from './goal';
import type { Link } from './link';
import { stuckLink } from './stuck-link';
import { waitRole } from './wait-role';
import { watchedFor } from './watched';

export interface WaitOptions extends LiveOptions {
  readonly image?: string;
  readonly commit?: string;
  readonly namespace?: string;
  /** In milliseconds. */
  readonly timeout: number;
  readonly output?: OutputFormat;
  readonly printRole?: boolean;
}

/** As `timeout(1)` has it. */
const TIMED_OUT = 124;

/** What became of waiting. */
interface Ending {
  readonly outcome: 'rolled out' | 'failed' | 'timed out';
  readonly environment: string;
  readonly release?: string;
  readonly namespace: string;
  readonly image?: string;
  readonly seconds: number;
  /** Where it is stuck. */
  readonly stuck?: Link;
  /** Suspensions, and whether an agent is at work at all. */
  readonly notes: readonly Note[];
}

/** `fairlead wait`: until a change has arrived. Gives the exit code. */
export async function runWait(target: string, options: WaitOptions): Promise<number> {
  return await withCluster(options, async (client) => {
    const goal = await goalOf(client, target, options);
    if (options.printRole) {
      process.stdout.write(
        waitRole({ agentNamespace: options.agentNamespace, namespace: goal.namespace })
          .map((object) => `---\n${printStructured(object, 'yaml')}`)
          .join(''),
      );
      return 0;
    }
    const tell = (text: string) => process.stderr.write(`${text}\n`);
    const ending = await waitFor(client, goal, { ...options, timeoutMs: options.timeout, tell });
    process.stdout.write(options.output === undefined ? describe(ending) : printStructured(endingJson(ending), options.output));
    return ending.outcome === 'rolled out' ? 0 : ending.outcome === 'failed' ? 1 : TIMED_OUT;
  });
}

/** Asks once where the release is: what is watched depends on it. Throws `KindsMissing` and `LayerUnknown`. */
async function goalOf(client: RawKubeClient, target: string, { agentNamespace, namespace, image, commit }: WaitOptions): Promise<Goal> {
  if ((await client.resource(kinds.Kustomization)) === undefined) throw errors.KindsMissing();
  const kustomizations = await client.list<LiveKustomization>(kinds.Kustomization, { namespace: agentNamespace });
  const { layer, release } = findTarget(target, layersOf(new LiveObjects(kustomizations)));
  return {
    environment: layer.name,
    ...(release !== undefined && { release }),
    namespace: namespace ?? namespaceOf(layer, release),
    ...(image !== undefined && { image: parseImage(image) }),
    ...(commit !== undefined && { commit }),
    startedAt: new Date(),
  };
}

interface Waiting {
  readonly agentNamespace: string;
  readonly timeoutMs: number;
  readonly tell: (text: string) => void;
}

/** Until the change has arrived, cannot arrive, or the time is over. */
export async function waitFor(client: RawKubeClient, goal: Goal, { agentNamespace, timeoutMs, tell }: Waiting): Promise<Ending> {
  const deadline = goal.startedAt.getTime() + timeoutMs;
  let told = '';
  let stuck: Link | undefined;
  const judge = (world: World): Verdict => {
    stuck = stuckLink(goal, world);
    if (stuck === undefined) return 'done';
    const text = `not ${stuck.step} yet: ${stuck.says}`;
    if (text !== told) tell(text);
    told = text;
    return stuck.isFinal || (stuck.until !== undefined && Date.parse(stuck.until) > deadline) ? 'final' : 'open';
  };
  const { verdict, world } = await watchUntil(client, { agentNamespace, watched: watchedFor(agentNamespace, goal.namespace), timeoutMs, judge });
  const { environment, release, namespace, image } = goal;
  return {
    outcome: OUTCOMES[verdict],
    environment,
    ...(release !== undefined && { release }),
    namespace,
    ...(image !== undefined && { image: image.tag }),
    seconds: Math.round((Date.now() - goal.startedAt.getTime()) / 100) / 10,
    ...(verdict !== 'done' && stuck && { stuck }),
    notes: [...agentNotes(world), ...suspensionNotes(world)],
  };
}

const OUTCOMES = { done: 'rolled out', final: 'failed', 'timed out': 'timed out' } as const;

function endingJson({ stuck, notes, ...ending }: Ending): object {
  return { ...ending, ...(stuck && { stuck: linkJson(stuck) }), notes: notes.map(noteJson) };
}

function linkJson({ step, says, ...link }: Link): object {
  return { step, message: says, ...link };
}

function describe({ outcome, environment, release, image, seconds, stuck, notes }: Ending): string {
  const what = `${environment}${release === undefined ? '' : `/${release}`}`;
  const noted = notes.map(({ of, says }) => `${of} ${says}\n`).join('');
  if (outcome === 'rolled out') return `${what} ${image === undefined ? 'is rolled out' : `runs ${image}`}, after ${seconds}s\n${noted}`;
  const why = stuck === undefined ? 'nothing is known of it yet' : `not ${stuck.step}: ${stuck.says}\n  next: ${stuck.remedy}`;
  return `${what} ${outcome === 'failed' ? 'will not come' : 'is not there'} after ${seconds}s: ${why}\n${noted}`;
}
