/** As in `metav1.LabelSelector`. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly LabelRequirement[];
}

export interface LabelRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** What is wrong with a selector. Undefined: nothing. */
export function selectorProblem({ matchExpressions = [] }: LabelSelector): string | undefined {
  for (const { key, operator, values = [] } of matchExpressions) {
    if (!['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(operator)) return `"${operator}" is not a valid label selector operator`;
    if (operator.endsWith('In') && values.length === 0) return `${key}: for ${operator} values must not be empty`;
    if (operator.includes('Exist') && values.length > 0) return `${key}: values must be empty for ${operator}`;
  }
  return undefined;
}

/** Without a selector everything matches. */
export function isSelected(labels: Readonly<Record<string, string>> = {}, selector: LabelSelector = {}): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value) && matchExpressions.every((it) => meets(labels, it));
}

function meets(labels: Readonly<Record<string, string>>, { key, operator, values = [] }: LabelRequirement): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  const isNamed = value !== undefined && values.includes(value);
  return operator === 'In' ? isNamed : !isNamed;
}
