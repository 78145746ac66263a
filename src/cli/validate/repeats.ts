import type { Finding } from '../../validate/finding';

/** Findings of which the same is to be said. */
export interface Repeated {
  readonly findings: readonly Finding[];
  /** For all of them. */
  readonly message: string;
}

/** From how many on they are told together. */
const MANY = 4;

/** What is said so often that it would hide the rest, and the rest in its order. */
export function repeatsIn(findings: readonly Finding[]): { readonly repeated: readonly Repeated[]; readonly single: readonly Finding[] } {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.rule, finding.severity, messageOf(finding), finding.field.join('.')]);
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  const repeated = [...groups.values()].filter(({ length }) => length >= MANY);
  const folded = new Set(repeated.flat());
  return {
    repeated: repeated.map((group) => ({ findings: group, message: messageOf(group[0]) })),
    single: findings.filter((finding) => !folded.has(finding)),
  };
}

/** Charts that are not to be had are many, and the reason is one. */
function messageOf({ rule, message }: Finding): string {
  if (rule !== 'release-elsewhere') return message;
  const [code] = message.split(' ', 1);
  return `${code} the chart is not to be had here, so what it makes is not validated`;
}
