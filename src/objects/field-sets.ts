/**
 * Sets of fields as `fieldsV1` writes them: `f:<name>`, `k:<keys>`, `v:<value>` and `i:<index>` lead to sub-sets, `.` says that the
 * place itself is a member, and so does an empty set.
 * @see https://github.com/kubernetes-sigs/structured-merge-diff/blob/master/fieldpath/serialize.go
 */
export type FieldSet = { readonly [step: string]: unknown };

const EMPTY: FieldSet = {};

/** Fields of any of the two. */
export function unionFields(a: FieldSet, b: FieldSet): FieldSet {
  const union: Record<string, unknown> = {};
  const steps = new Set([...stepsOf(a), ...stepsOf(b)]);
  if (steps.size > 0 && (isMember(a) || isMember(b))) union['.'] = EMPTY;
  for (const step of steps) {
    if (!(step in a)) union[step] = b[step];
    else if (!(step in b)) union[step] = a[step];
    else union[step] = unionFields(a[step] as FieldSet, b[step] as FieldSet);
  }
  return union;
}

/** Whether every field of the first is in the second. */
export function includesFields(whole: FieldSet, part: FieldSet): boolean {
  if (isMember(part) && !isMember(whole)) return false;
  return stepsOf(part).every((step) => step in whole && includesFields(whole[step] as FieldSet, part[step] as FieldSet));
}

export function stepsOf(set: FieldSet): string[] {
  return Object.keys(set).filter((step) => step !== '.');
}

/** Whether the place a set stands at is itself in it. */
export function isMember(set: FieldSet): boolean {
  return '.' in set || stepsOf(set).length === 0;
}
