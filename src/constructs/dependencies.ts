import type { IConstruct } from 'constructs';
import { errors, type FairleadError } from '../common/errors';
import { Cluster } from './cluster';
import { type IDependency, type ObjectReference, SECRET } from './dependency';

export function isDependency(value: unknown): value is IDependency {
  return typeof value === 'object' && value !== null && 'reference' in value;
}

/** How an object says what it waits for: Flux's own words reach objects of its own kind, an annotation all others. */
export interface WrittenDependencies {
  readonly dependsOn?: readonly { readonly name: string; readonly namespace?: string }[];
  readonly annotation?: string;
}

/** `of` is the object that waits. Sorted, so that the order of a program does not show. */
export function writeDependencies(of: Required<ObjectReference>, on: readonly IDependency[], agentNamespace: string): WrittenDependencies {
  const references = on.map(({ reference: { kind, name, namespace } }) => ({
    kind,
    namespace: namespace ?? (kind === SECRET ? of.namespace : agentNamespace),
    name,
  }));
  const unique = [...new Map(references.map((reference) => [textOf(reference), reference])).entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  const own = unique
    .filter(([, { kind }]) => kind === of.kind)
    .map(([, { name, namespace }]) => (namespace === of.namespace ? { name } : { name, namespace }));
  const others = unique.filter(([, { kind }]) => kind !== of.kind).map(([text]) => text);
  return { dependsOn: own.length > 0 ? own : undefined, annotation: others.length > 0 ? others.join(',') : undefined };
}

function textOf({ kind, namespace, name }: ObjectReference): string {
  return `${kind}/${namespace}/${name}`;
}

/** A cluster sees nothing of what happens in another. */
export function unreachable(construct: IConstruct, on: readonly IDependency[]): FairleadError[] {
  const cluster = Cluster.of(construct);
  return on.flatMap((dependency) => {
    const other = 'node' in dependency ? (dependency as unknown as IConstruct) : undefined;
    if (!other || Cluster.of(other) === cluster) return [];
    return [errors.DependencyElsewhere({ dependency: other.node.path, cluster: cluster.node.path })];
  });
}
