import type { ImageRule } from '../../model/image-rule';
import { kinds } from '../../model/kinds';
import { annotations, DERIVED, labels } from '../../model/labels';
import type { Lock } from '../../model/lock';
import { splitApiVersion } from '../../model/object';
import { isMap, metadataOf, type RawObject } from '../manifest';

/** What Flux's controllers would not do of an object that this agent does: a line each. */
export function fluxFindings(object: RawObject): string[] {
  const metadata = metadataOf(object);
  const textIn = (map: unknown, key: string): string | undefined => (isMap(map) && typeof map[key] === 'string' ? map[key] : undefined);
  const of = (annotation: string): string | undefined => textIn(metadata.annotations, annotation);
  const found: string[] = [];
  const { group } = splitApiVersion(object.apiVersion);
  if (group === 'fairlead.dev' || group.endsWith('.fairlead.dev')) found.push(`Flux has no controller for kind ${object.kind}`);
  const rule = of(annotations.imageRule);
  if (rule !== undefined) found.push(`Flux chooses no tag at all: it cannot choose ${describeRule(rule)}`);
  const chart = of(annotations.chart);
  if (chart !== undefined) found.push(`Flux chooses no version: it has no policies for charts of Helm repositories (${chart.split('/').at(-1)})`);
  if (object.kind === kinds.ImagePolicy.kind && textIn(metadata.labels, labels.automation)?.endsWith(DERIVED)) {
    found.push("Flux's automation leaves it out: a value is computed from the version, so nothing tells that a synth is due");
  }
  if (of(annotations.chartDigest) !== undefined) found.push("Flux does not check the digest of the chart's archive");
  if (of(annotations.deletionBudget) !== undefined)
    found.push(`Flux deletes without asking: it knows no deletion budget (${of(annotations.deletionBudget)})`);
  if (of(annotations.dependsOn) !== undefined) found.push(`Flux does not wait for ${of(annotations.dependsOn)?.split(',').join(', ')}`);
  return found;
}

/** What Flux's automation would not respect in a lock. */
export function fluxLockFindings({ entries, holds }: Lock): string[] {
  return [...holds]
    .filter(([key]) => entries.get(key)?.marker !== undefined)
    .map(([key, { by, reason }]) => `Flux knows no holds and goes on changing ${key} (${by}: ${reason})`);
}

function describeRule(json: string): string {
  let rule: ImageRule;
  try {
    rule = JSON.parse(json) as ImageRule;
  } catch {
    return 'by a rule that cannot be read';
  }
  const parts = [
    ...(rule.order === 'newest' ? ['the newest by creation time'] : []),
    ...(rule.exclude?.length ? [`all but ${rule.exclude.map(({ glob, regexp }) => glob ?? regexp).join(', ')}`] : []),
  ];
  return parts.length === 0 ? `by order ${rule.order}` : parts.join(', ');
}
