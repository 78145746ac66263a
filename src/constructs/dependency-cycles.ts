import type { IConstruct } from 'constructs';
import { errors, type FairleadError } from '../common/errors';
import { textOf } from './dependencies';
import type { IDependency, ObjectReference } from './dependency';

/** A layer or release, and what it waits for. */
export interface Waiting extends IConstruct, IDependency {
  readonly _dependencies: readonly IDependency[];
}

export interface LayerReleases {
  readonly layer: Waiting;
  readonly releases: readonly Waiting[];
}

/**
 * Cycles in which nothing would ever be applied. A layer is ready when its releases are, and a release is applied when what its layer waits for is
 * ready, so both count without being written.
 */
export function dependencyCycles(layers: readonly LayerReleases[], agentNamespace: string): FairleadError[] {
  const key = (reference: ObjectReference) => textOf({ namespace: agentNamespace, ...reference });
  const keys = (on: readonly IDependency[]) => on.map(({ reference }) => key(reference));
  const paths = new Map<string, string>();
  const graph = new Map<string, readonly string[]>();
  const add = ({ reference, node }: Waiting, waitsFor: readonly string[]) => {
    paths.set(key(reference), node.path);
    graph.set(key(reference), waitsFor);
  };
  for (const { layer, releases } of layers) {
    add(layer, [...keys(layer._dependencies), ...keys(releases)]);
    for (const release of releases) add(release, [...keys(release._dependencies), ...keys(layer._dependencies)]);
  }
  return findCycles(graph).map((cycle) => errors.DependencyCycle({ cycle: cycle.map((name) => paths.get(name)).join(' → ') }));
}

/** One cycle for each place where walking the graph comes back to where it is. */
function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (name: string) => {
    const start = path.indexOf(name);
    if (start >= 0) cycles.push([...path.slice(start), name]);
    if (start >= 0 || done.has(name)) return;
    path.push(name);
    for (const next of graph.get(name) ?? []) visit(next);
    path.pop();
    done.add(name);
  };
  for (const name of graph.keys()) visit(name);
  return cycles;
}
