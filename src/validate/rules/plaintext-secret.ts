import { findSecret } from '../../objects/find-secret';
import type { Draft } from '../finding';
import { isMap, type RawObject } from '../manifest';

/** Values for Secrets, and what looks like a key or token anywhere else. What they are is never told. */
export function plaintextDrafts(object: RawObject): Draft[] {
  if (isEncrypted(object)) return [];
  if (object.apiVersion === 'v1' && object.kind === 'Secret') {
    return ['data', 'stringData'].flatMap((field): Draft[] => {
      const values = object[field];
      const keys = isMap(values) ? Object.keys(values).filter((key) => values[key] !== '' && values[key] !== null) : [];
      if (keys.length === 0) return [];
      return [
        { rule: 'plaintext-secret', field: [field], message: `stands in plain text: ${keys.slice(0, 5).join(', ')}${keys.length > 5 ? ', …' : ''}` },
      ];
    });
  }
  const found = findSecret(withoutSealed(object));
  if (found === undefined) return [];
  const field = found.field.split('/').slice(1).map(indexOrKey);
  return [{ rule: 'plaintext-secret', field, message: `looks like ${found.what}` }];
}

/** SOPS has encrypted its values; who applies it decrypts them. */
export function isEncrypted({ sops }: RawObject): boolean {
  return isMap(sops) && typeof sops.mac === 'string';
}

/** What is sealed is base64 of random bytes, which may look like anything. */
function withoutSealed(object: RawObject): unknown {
  const { spec } = object;
  if (object.kind !== 'SealedSecret' || !isMap(spec) || !isMap(spec.encryptedData)) return object;
  const open = Object.entries(spec.encryptedData).filter(([, value]) => typeof value !== 'string' || !/^Ag[A-Za-z0-9+/=\s]{300,}$/.test(value));
  return { ...object, spec: { ...spec, encryptedData: Object.fromEntries(open) } };
}

function indexOrKey(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part;
}
