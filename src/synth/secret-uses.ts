import type { NamedSecret } from './named-secret';
import { secretsNamed } from './tokens';

/** A place in an object where the name of a Secret stands. */
export interface SecretUse {
  readonly secret: NamedSecret;
  /** As a JSON pointer. */
  readonly field: string;
  /** Keys that are taken from it there. */
  readonly keys: readonly string[];
  /** Namespace that is written beside the name. @default - the object's */
  readonly namespace?: string;
}

type Map = { readonly [key: string]: unknown };

/** Every use of a Secret's name in JSON with tokens. */
export function secretUses(value: unknown, field = ''): SecretUse[] {
  if (typeof value === 'string') return secretsNamed(value).map((secret) => ({ secret, field, keys: [] }));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const uses = secretUses(item, `${field}/${key}`);
    const isReference = (key === 'name' || key === 'secretName') && uses.length > 0 && uses[0].field === `${field}/${key}`;
    return isReference ? uses.map((use) => ({ ...use, ...besideName(value as Map) })) : uses;
  });
}

/** What a reference says besides the name, as `secretKeyRef`, a volume or a custom resource writes it. */
function besideName({ key, items, namespace }: Map): Pick<SecretUse, 'keys' | 'namespace'> {
  const taken = [key, ...(Array.isArray(items) ? items.map((item) => (item as Map | null)?.key) : [])];
  return { keys: taken.filter(isText), ...(isText(namespace) && { namespace }) };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
