import type { IConstruct } from 'constructs';
import { errors, type FairleadError } from '../common/errors';
import type { IDependency } from './dependency';

/** A layer, or a release or Secret of one, and what it waits for. */
export interface Waiting extends IConstruct, IDependency {
  readonly _dependencies: readonly IDependency[];
}

/**
 * Cycles in which nothing would ever be applied. A layer is ready when its releases and Secrets are, and those are applied when what their layer waits
 * for is ready, so both count without being written.
 */
export function dependencyCycles(layers: readonly Waiting[], parts: readonly (Waiting & { readonly layer: Waiting })[]): FairleadError[] {
  const graph = new Map<IDependency, IDependency[]>(layers.map((layer) => [layer, [...layer._dependencies]]));
  for (const part of parts) {
    graph.set(part, [...part._dependencies, ...part.layer._dependencies]);
    graph.get(part.layer)?.push(part);
  }
  // Whatever comes back to itself is in the graph, so it is one of these.
  return findCycles(graph).map((cycle) => errors.DependencyCycle({ cycle: cycle.map((waiting) => (waiting as Waiting).node.path).join(' → ') }));
}

/** One cycle for each place where walking the graph comes back to where it is. */
function findCycles<T>(graph: ReadonlyMap<T, readonly T[]>): T[][] {
  const cycles: T[][] = [];
  const done = new Set<T>();
  const path: T[] = [];
  const visit = (at: T) => {
    const start = path.indexOf(at);
    if (start >= 0) cycles.push([...path.slice(start), at]);
    if (start >= 0 || done.has(at)) return;
    path.push(at);
    for (const next of graph.get(at) ?? []) visit(next);
    path.pop();
    done.add(at);
  };
  for (const at of graph.keys()) visit(at);
  return cycles;
}
