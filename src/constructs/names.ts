import { Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { isKindScope } from './kind-scope';

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** RFC 1123 label: names of namespaces, and of what becomes a label's value or a folder. */
export function isDnsLabel(name: string): boolean {
  return LABEL.test(name);
}

/** RFC 1123 subdomain: names of most objects. */
export function isDnsSubdomain(name: string): boolean {
  return name.length <= 253 && SUBDOMAIN.test(name);
}

/**
 * Name of an object from the ids people gave: those between its chart and itself, joined by dashes. No hash in it, so it stays while
 * ids do, and people can guess it. Ids that structure alone gave (`Resource`, `Default`, a kind's scope) take no part.
 */
export function nameFromPath(construct: IConstruct): string {
  const ids: string[] = [];
  for (let at: IConstruct | undefined = construct; at && !Chart.isChart(at); at = at.node.scope) {
    if (!isKindScope(at) && !['resource', 'default'].includes(at.node.id.toLowerCase())) ids.unshift(at.node.id);
  }
  return ids
    .map((id) => id.toLowerCase().replace(/[^a-z0-9.-]+/g, '-'))
    .filter((id, index, all) => id !== all[index - 1])
    .join('-');
}
