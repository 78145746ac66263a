import { errors, FairleadError } from '../../../common/errors';
import type { KubeObject } from '../../../model/object';
import { type KeySecret, parseSealingKey, type SealingKey } from '../../../seal/sealing-key';
import type { Runtime } from '../../runtime/types';

type Redactor = Pick<Runtime['redactor'], 'add'>;

/** A Secret that says it is a key and holds none: what it is, without what is in it. */
export interface MalformedKey {
  readonly secret: KubeObject;
  readonly error: FairleadError;
}

/** What a Secret that says it is a key holds. */
export function readKey(secret: KeySecret, redactor: Redactor): { readonly key: SealingKey } | { readonly malformed: MalformedKey } {
  try {
    const key = parseSealingKey(secret);
    tellKey(redactor, secret);
    return { key };
  } catch (error) {
    const { apiVersion, kind, metadata } = secret;
    const name = `${metadata.namespace}/${metadata.name}`;
    const told = error instanceof FairleadError ? error : errors.SealingKeyInvalid({ secret: name, reason: 'its tls.crt is for no RSA key' }, error);
    return { malformed: { secret: { apiVersion, kind, metadata }, error: told } };
  }
}

/** From now on no output may have the private key, as it is or as it travels. */
export function tellKey(redactor: Redactor, { data }: KeySecret): void {
  const privateKey = data?.['tls.key'];
  if (privateKey === undefined) return;
  redactor.add(privateKey);
  redactor.add(Buffer.from(privateKey, 'base64').toString());
}
