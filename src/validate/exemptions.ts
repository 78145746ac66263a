import type { Draft } from './finding';
import { isMap, metadataOf, type RawObject } from './manifest';

/** Before the id of a rule or policy, as an annotation: the object is exempt from it. Its value says why. */
const EXEMPT = 'exempt.fairlead.dev/';

/** What is left to tell of an object, and exemptions that say no reason. Those of a release count for all that it is rendered to. */
export function withoutExempt(drafts: readonly Draft[], object: RawObject, release?: RawObject): Draft[] {
  const own = exemptionsOf(object);
  const all = new Map([...(release ? exemptionsOf(release) : []), ...own]);
  const unexplained = [...own]
    .filter(([, reason]) => reason.trim() === '')
    .map(([rule]): Draft => ({ rule: 'exemption', field: ['metadata', 'annotations', EXEMPT + rule], message: 'gives no reason' }));
  return [...drafts.filter(({ rule }) => (all.get(rule) ?? '').trim() === ''), ...unexplained];
}

function exemptionsOf(object: RawObject): Map<string, string> {
  const { annotations } = metadataOf(object);
  const entries = isMap(annotations) ? Object.entries(annotations) : [];
  return new Map(
    entries.filter(([key]) => key.startsWith(EXEMPT)).map(([key, value]) => [key.slice(EXEMPT.length), typeof value === 'string' ? value : '']),
  );
}
