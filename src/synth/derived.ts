import { policiesUsed } from './tokens';

/** A place where a version is part of a value, which no machine can edit by itself. */
export interface DerivedUse {
  /** `<namespace>:<name>` of the policy that chooses the version. */
  readonly policy: string;
  /** As a JSON pointer. */
  readonly field: string;
  /** What the version is part of there. */
  readonly within: 'value' | 'key' | 'identity';
}

// Editing these in place would leave the object in the file of another.
const IDENTITY = /^(?:\/items\/\d+)?\/(?:apiVersion|kind|metadata\/(?:name|namespace|generateName))$/;

/** Every use of a version in JSON with tokens that is not the whole of a scalar. */
export function derivedUses(value: unknown, field = ''): DerivedUse[] {
  if (typeof value === 'string') return inText(value, field);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const at = `${field}/${key}`;
    const inKey = Array.isArray(value) ? [] : policiesUsed(key).policies.map((policy): DerivedUse => ({ policy, field, within: 'key' }));
    return [...inKey, ...derivedUses(item, at)];
  });
}

function inText(text: string, field: string): DerivedUse[] {
  const { policies, whole } = policiesUsed(text);
  const isIdentity = IDENTITY.test(field);
  if (whole && !isIdentity) return [];
  return policies.map((policy) => ({ policy, field, within: isIdentity ? 'identity' : 'value' }));
}
