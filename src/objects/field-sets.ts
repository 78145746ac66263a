/**
 * Sets of fields as `fieldsV1` writes them: `f:<name>`, `k:<keys>`, `v:<value>` and `i:<index>` lead to sub-sets, `.` says that the
 * place itself is a member, and so does an empty set.
 * @see https://github.com/kubernetes-sigs/structured-merge-diff/blob/master/fieldpath/serialize.go
 */
export type FieldSet = { readonly [step: string]: unknown };

const EMPTY: FieldSet = {};

/** Fields of any of the two. */
export function unionFields(a: FieldSet, b: FieldSet): FieldSet {
  // An object as a whole is no field: here, and only here, an empty set is empty.
  if (isEmpty(a)) return b;
  return isEmpty(b) ? a : unionBelow(a, b);
}

function unionBelow(a: FieldSet, b: FieldSet): FieldSet {
  const union: Record<string, unknown> = {};
  const steps = new Set([...stepsOf(a), ...stepsOf(b)]);
  if (steps.size > 0 && (isMember(a) || isMember(b))) union['.'] = EMPTY;
  for (const step of steps) {
    if (!(step in a)) union[step] = b[step];
    else if (!(step in b)) union[step] = a[step];
    else union[step] = unionBelow(a[step] as FieldSet, b[step] as FieldSet);
  }
  return union;
}

/** Paths of the fields that hold no others, their steps parted by spaces. */
export function leavesOf(set: FieldSet, path = ''): string[] {
  return stepsOf(set).flatMap((step) => {
    const below = path === '' ? step : `${path} ${step}`;
    const leaves = leavesOf(set[step] as FieldSet, below);
    return leaves.length > 0 ? leaves : [below];
  });
}

function stepsOf(set: FieldSet): string[] {
  return Object.keys(set).filter((step) => step !== '.');
}

function isEmpty(set: FieldSet): boolean {
  return Object.keys(set).length === 0;
}

/** Whether the place a set stands at is itself in it. */
function isMember(set: FieldSet): boolean {
  return '.' in set || isEmpty(set);
}
