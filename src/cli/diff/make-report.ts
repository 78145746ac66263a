import type { KubeObject } from '../../model/object';
import type { Preview } from '../../preview/types';
import { comparePreviews } from './compare/compare-previews';
import { findOptions } from './find-options';
import { findAll, sortFindings } from './findings/find-all';
import { isBrokenOrMended, isUncertain } from './findings/releases';
import { reachOf } from './reach';
import { renderDiffering } from './render-differing';
import type { Report, ShownChange } from './report';
import { objectDiff } from './text/object-diff';
import { SecretWords } from './text/secret-words';
import type { Comparison, Finding } from './types';

export interface Sides {
  readonly before: { readonly name: string; readonly preview: Preview };
  readonly after: { readonly name: string; readonly preview: Preview };
  /** The branch the change goes to. */
  readonly branch?: string;
  /** What is known besides. */
  readonly findings?: readonly Finding[];
}

/** What a change does, from what clusters got before and get after it. */
export async function makeReport(sides: Sides): Promise<Report> {
  const [before, after] = await renderDiffering(sides.before.preview, sides.after.preview);
  const comparison = comparePreviews(before, after);
  const words = wordsOf(before, after, comparison);
  const findings = sortFindings([...(sides.findings ?? []), ...findAll(comparison, before, after), ...(await findOptions(comparison))]);
  return {
    before: sides.before.name,
    after: sides.after.name,
    reach: reachOf(comparison, after, before, sides.branch),
    findings: findings.map((finding) => ({ ...finding, text: words.mask(finding.text) })),
    changes: comparison.objects.map((change) => shownChange(change, words)),
    isDifferent: isDifferent(comparison, findings),
  };
}

/** A problem that is new is a difference; one that was there already may hide some. */
function isDifferent({ objects, releases }: Comparison, findings: readonly Finding[]): boolean | undefined {
  if (objects.length > 0 || releases.some(isBrokenOrMended)) return true;
  if (findings.some(({ topic, level }) => topic !== 'problem' || level === 'danger')) return true;
  return releases.some(isUncertain) ? undefined : false;
}

function shownChange({ before, after, ...change }: Comparison['objects'][number], words: SecretWords): ShownChange {
  return { ...change, hunks: objectDiff({ before, after }, words) };
}

function wordsOf(before: Preview, after: Preview, { objects }: Comparison): SecretWords {
  const given = [before, after].flatMap(({ clusters }) => clusters.flatMap(({ layers }) => layers.flatMap(objectsOf)));
  return new SecretWords([...given, ...objects.flatMap(({ before: old, after: now }) => [old, now].filter((object) => object !== undefined))]);
}

function objectsOf({ objects, releases }: Preview['clusters'][number]['layers'][number]): KubeObject[] {
  return [...objects, ...releases.flatMap((release) => release.objects)].map(({ object }) => object);
}
