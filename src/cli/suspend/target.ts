import { errors } from '../../common/errors';
import type { GroupVersionKind, KubeClient } from '../../kube/types';
import { kinds } from '../../model/kinds';
import { nameOf } from '../../model/object';
import type { SuspendedRef, Suspension } from '../../model/suspension';
import { kindCalled } from '../live/kind-names';
import { clusterName, isCalled, layersOf } from '../live/layers';
import { mustSee, readWorld } from '../live/read-world';
import { isCalledAs, servedKind } from '../live/served-kind';
import { knownNames, targetCalled } from '../live/target';
import { refOf, type World } from '../live/world';

export interface TargetOptions {
  readonly agentNamespace: string;
  /** Of an object. @default - found */
  readonly namespace?: string;
}

/**
 * What somebody means by `gke`, `dev`, `podinfo-dev`, `dev/podinfo-dev` or `deployment/podinfo`: the cluster, an environment, a release, or an object
 * of any kind. Throws `TargetUnknown`, `TargetAmbiguous`.
 */
export async function findTarget(client: KubeClient, text: string, options: TargetOptions): Promise<SuspendedRef> {
  const world = await readWorld(client, { agentNamespace: options.agentNamespace, workloads: false });
  // The root Kustomization is called as the cluster is: to leave that alone is to leave everything alone.
  if (clusterName(world) === text) return { kind: 'Cluster', namespace: '', name: text };
  const [first = '', ...rest] = text.split('/');
  if (rest.length === 1) {
    const kind = await servedKind(client, first);
    if (kind !== undefined) return theOne(text, await objectsNamed(client, kind, rest[0]!, options.namespace));
  }
  const releases = world.objects
    .list(kinds.HelmRelease.kind)
    .filter(({ metadata }) => metadata.name === text && (options.namespace ?? metadata.namespace) === metadata.namespace);
  const isLayer = layersOf(world.objects).some((layer) => isCalled(layer, text));
  if (!isLayer && releases.length === 0 && rest.length === 0) throw unknown(text, world, options);
  return isLayer || releases.length === 0 ? refOf(targetCalled(text, world, options.namespace)) : theOne(text, releases.map(refOf));
}

/** With the nearest names among all that may be named alone. */
function unknown(text: string, world: World, { namespace }: TargetOptions): Error {
  mustSee(world, kinds.Kustomization.kind);
  const environments = layersOf(world.objects).flatMap(({ name, isOwn }) => (isOwn ? [] : [name]));
  const releases = world.objects
    .list(kinds.HelmRelease.kind)
    .flatMap(({ metadata }) => ((namespace ?? metadata.namespace) === metadata.namespace ? [metadata.name] : []));
  const names = [...new Set([clusterName(world) ?? [], environments, releases].flat())];
  return errors.TargetUnknown({ target: text, known: knownNames(text, 'environments and releases', names) });
}

/** The same among what is suspended, for what may be gone by now. Undefined: it is not suspended. Throws `TargetAmbiguous`. */
export function findSuspended(
  suspensions: readonly Suspension[],
  text: string,
  { namespace }: Pick<TargetOptions, 'namespace'>,
): SuspendedRef | undefined {
  const parts = text.split('/');
  const name = parts.pop()!;
  const [place] = parts;
  const found = suspensions
    .map(({ of }) => of)
    .filter((of) => namespace === undefined || of.namespace === namespace)
    .filter((of) => place === undefined || kindCalled(place)?.kind === of.kind || isCalledAs(place, of.kind) || of.namespace === place)
    .filter((of) => of.name === name || `${of.name}.${of.namespace}` === name);
  return found.length === 0 ? undefined : theOne(text, found);
}

/** `name`, or `name.namespace` where nothing is called so. */
async function objectsNamed(client: KubeClient, kind: GroupVersionKind, name: string, namespace: string | undefined): Promise<SuspendedRef[]> {
  const find = async (of: string, place: string | undefined) => {
    const selection = { fieldSelector: `metadata.name=${of}`, as: 'metadata' as const, ...(place === undefined ? {} : { namespace: place }) };
    return (await client.list(kind, selection)).map(({ metadata }) => refOf({ kind: kind.kind, metadata }));
  };
  const found = await find(name, namespace);
  const dot = name.lastIndexOf('.');
  return found.length > 0 || dot < 0 || namespace !== undefined ? found : find(name.slice(0, dot), name.slice(dot + 1));
}

function theOne(text: string, found: readonly SuspendedRef[]): SuspendedRef {
  const [one, ...others] = found;
  if (one === undefined) throw errors.TargetUnknown({ target: text, known: 'name it as kubectl does, with -n where others are called so too' });
  if (others.length > 0) throw errors.TargetAmbiguous({ target: text, choices: found.map(nameOf).join(', ') });
  return one;
}
