import { hash } from 'node:crypto';
import { keyOf, nameOf, type ObjectId } from '../model/object';
import { union } from './inventory';

/** An object to delete, and what goes with it: the inventory of a Kustomization, the manifest of a release. */
export interface Deletion {
  readonly id: ObjectId;
  readonly leadsTo?: readonly Deletion[];
}

export interface DeletionRequest {
  readonly deletions: readonly Deletion[];
  /** How many objects may go without being asked. Undefined: as many as there are. */
  readonly budget?: number;
  /** Digest of the plan somebody agreed to. */
  readonly confirmed?: string;
}

export type DeletionVerdict =
  | { readonly allowed: true; readonly count: number }
  /** `plan` is for people: the count, what is unbounded, and the objects by name. `digest` confirms exactly this list. */
  | { readonly allowed: false; readonly count: number; readonly plan: string; readonly digest: string };

/** What a plan's text may be long, so that it fits a condition's message. */
const MAX_PLAN_CHARACTERS = 2000;

/** Whether these deletions may go ahead, with everything they lead to counted once. */
export function judgeDeletions(request: DeletionRequest): DeletionVerdict {
  const objects = expand(request.deletions);
  const count = objects.length;
  if (count === 0 || request.budget === undefined) return { allowed: true, count };

  const unbounded = objects.filter(takesUnknownNumber);
  if (count <= request.budget && unbounded.length === 0) return { allowed: true, count };

  const digest = planDigest(objects);
  if (request.confirmed === digest) return { allowed: true, count };
  return { allowed: false, count, digest, plan: planText(objects, unbounded, request.budget) };
}

/** Every object that goes, once, in apply order. */
export function expand(deletions: readonly Deletion[]): ObjectId[] {
  return union(flatten(deletions, new Set()));
}

function flatten(deletions: readonly Deletion[], seen: Set<Deletion>): ObjectId[] {
  return deletions.flatMap((deletion) => {
    // Kustomizations may hold one another.
    if (seen.has(deletion)) return [];
    seen.add(deletion);
    return [deletion.id, ...flatten(deletion.leadsTo ?? [], seen)];
  });
}

/** Whether objects nobody listed go with it. */
export function takesUnknownNumber(id: Pick<ObjectId, 'group' | 'kind'>): boolean {
  return (id.group === '' && id.kind === 'Namespace') || (id.group === 'apiextensions.k8s.io' && id.kind === 'CustomResourceDefinition');
}

const PROTECTED_NAMESPACES: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease', 'default']);

/** Namespaces that are never deleted, whoever asks. */
export function isProtected(id: Pick<ObjectId, 'group' | 'kind' | 'name'>, agentNamespace: string): boolean {
  return id.group === '' && id.kind === 'Namespace' && (PROTECTED_NAMESPACES.has(id.name) || id.name === agentNamespace);
}

function planDigest(objects: readonly ObjectId[]): string {
  return hash('sha256', objects.map(keyOf).sort().join('\n'), 'hex');
}

function planText(objects: readonly ObjectId[], unbounded: readonly ObjectId[], budget: number): string {
  const lines = [`deletes ${objects.length} object${objects.length === 1 ? '' : 's'}, ${budget} allowed`];
  if (unbounded.length > 0) lines.push(`everything inside goes with: ${unbounded.map(nameOf).sort().join(', ')}`);
  const names = objects.map(nameOf).sort();
  let length = lines.join('\n').length;
  for (const [index, name] of names.entries()) {
    const more = `and ${names.length - index} more`;
    if (length + name.length + more.length + 2 > MAX_PLAN_CHARACTERS) return [...lines, more].join('\n');
    lines.push(name);
    length += name.length + 1;
  }
  return lines.join('\n');
}
