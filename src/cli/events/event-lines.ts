import type { KubeObject } from '../../model/object';
import type { Ref } from '../live/world';

/** A Kubernetes Event as far as it is shown. */
export interface EventLine {
  /** When it happened last, RFC 3339. */
  readonly at: string;
  readonly type: string;
  readonly reason: string;
  readonly of: Ref;
  readonly message: string;
  /** How often. */
  readonly count: number;
  /** Who told it. */
  readonly from: string;
}

interface KubernetesEvent extends KubeObject {
  readonly involvedObject?: { readonly kind?: string; readonly namespace?: string; readonly name?: string };
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string };
  readonly source?: { readonly component?: string };
  readonly reportingComponent?: string;
}

export function eventLine(object: KubeObject): EventLine {
  const { metadata, involvedObject = {}, series, count, lastTimestamp, eventTime, source, reportingComponent, ...event } = object as KubernetesEvent;
  return {
    at: series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '',
    type: event.type ?? 'Normal',
    reason: event.reason ?? '',
    of: { kind: involvedObject.kind ?? '', namespace: involvedObject.namespace ?? '', name: involvedObject.name ?? '' },
    message: (event.message ?? '').trim(),
    count: series?.count ?? count ?? 1,
    from: reportingComponent || source?.component || '',
  };
}

/** In the order they happened; the same words of the same object are one line that counts them. */
export function dedupe(lines: readonly EventLine[]): EventLine[] {
  const byWords = new Map<string, EventLine>();
  for (const line of lines) {
    const key = wordsKey(line);
    const before = byWords.get(key);
    const later = before === undefined || Date.parse(line.at) >= Date.parse(before.at) ? line : before;
    byWords.set(key, before === undefined ? line : { ...later, count: before.count + line.count });
  }
  return [...byWords.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Events of any of these objects. A Pod that is gone is known by the name its workload gave it. */
export function eventsOf(lines: readonly EventLine[], refs: readonly Ref[]): EventLine[] {
  const named = new Set(refs.map(({ kind, namespace, name }) => `${kind}/${namespace}/${name}`));
  const workloads = refs.filter(({ kind }) => GENERATES.has(kind));
  return lines.filter(({ of }) => {
    if (named.has(`${of.kind}/${of.namespace}/${of.name}`)) return true;
    return GENERATED.has(of.kind) && workloads.some(({ namespace, name }) => namespace === of.namespace && isGenerated(of.name, name));
  });
}

const GENERATES: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob']);
const GENERATED: ReadonlySet<string> = new Set(['Pod', 'ReplicaSet', 'Job']);

/** `podinfo-7fff6479ff-8p7sj`, `db-0` of `podinfo`, `db`. */
function isGenerated(name: string, owner: string): boolean {
  return name.startsWith(`${owner}-`) && /^(?:[a-z0-9]{4,10}|\d+)(?:-[a-z0-9]{5})?$/.test(name.slice(owner.length + 1));
}

function wordsKey({ of, type, reason, message }: EventLine): string {
  return [of.kind, of.namespace, of.name, type, reason, message].join('\0');
}
