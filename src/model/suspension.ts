import { createHash } from 'node:crypto';
import type { ObjectId } from './object';

/** ConfigMap in the agent's namespace with a key per suspension. It is in no repository, so nothing reverts it. */
export const SUSPENSIONS = 'fairlead-suspensions';

/** What a suspension is of: a reconciled object, an applied object, or with kind `Cluster` everything in it. */
export type SuspendedRef = Pick<ObjectId, 'kind' | 'namespace' | 'name'>;

/** Break-glass: until then the agent leaves something alone, whatever Git says. */
export interface Suspension {
  readonly of: SuspendedRef;
  /** Who asked for it, as the API server knows them. */
  readonly by: string;
  /** RFC 3339. */
  readonly since: string;
  /** RFC 3339: it ends by itself then. */
  readonly until: string;
  readonly reason: string;
}

/** Key of a suspension in the ConfigMap: readable, and different for different objects. */
export function suspensionKey({ kind, namespace, name }: SuspendedRef): string {
  const text = `${kind}/${namespace}/${name}`;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return `${`${kind}.${namespace}.${name}`.replace(/[^-._a-zA-Z0-9]/g, '-').slice(0, 200)}.${hash}`;
}

export function printSuspension(suspension: Suspension): string {
  return JSON.stringify(suspension);
}

/** Suspensions of the ConfigMap's data that last at a time. What is none is left out: it must not stop the others. */
export function suspensionsIn(data: Readonly<Record<string, string>>, now: Date): Suspension[] {
  return Object.values(data).flatMap((text) => {
    const suspension = parse(text);
    return suspension !== undefined && Date.parse(suspension.until) > now.getTime() ? [suspension] : [];
  });
}

function parse(text: string): Suspension | undefined {
  try {
    const { of, by, since, until, reason } = JSON.parse(text) as Suspension;
    const words = [of?.kind, of?.namespace, of?.name, by, since, until, reason];
    return words.every((word) => typeof word === 'string') ? { of, by, since, until, reason } : undefined;
  } catch {
    return undefined;
  }
}
