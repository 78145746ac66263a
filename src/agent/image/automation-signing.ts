import { errors } from '../../common/errors';
import type { SigningKey } from '../../git/writing';
import type { Runtime } from '../runtime/types';
import type { ReadSecret } from '../source/followed-secrets';
import type { ImageUpdateAutomation } from './automation';

/** Keys of the Secret, as in Flux. */
const KEYS = { gpg: ['git.asc', 'passphrase'], ssh: ['identity', 'password'] } as const;

/** The key commits are signed with; undefined where they are not. Throws `SourceSecretMissing`, `SigningKeyRefused`. */
export async function signingKeyOf(
  { metadata, spec }: ImageUpdateAutomation,
  read: ReadSecret,
  redactor: Runtime['redactor'],
): Promise<SigningKey | undefined> {
  const named = spec.git?.commit.signingKey;
  if (named === undefined) return undefined;
  const { type = 'gpg', secretRef } = named;
  const namespace = metadata.namespace ?? '';
  const values = await read(namespace, secretRef.name);
  const [key, passphrase] = KEYS[type];
  if (!values[key]) throw errors.SigningKeyRefused({ reason: `secret ${namespace}/${secretRef.name} has no key ${key}` });
  for (const secret of [values[key], values[passphrase]]) if (secret) redactor.add(secret);
  return { type, key: Buffer.from(values[key]), ...(values[passphrase] ? { passphrase: values[passphrase] } : {}) };
}
