import { errors } from '../common/errors';
import type { NamedSecret } from '../synth/named-secret';
import { mint } from '../synth/tokens';
import type { IDependency } from './dependency';

/** A Secret in the cluster, whoever makes it: a `SealedSecret`, an `ExternalSecret`, or somebody else. */
export interface ISecret extends IDependency {
  /** Its name. May stand anywhere a string may; a Helm release in whose values it stands waits for the Secret. */
  readonly secretName: string;

  /**
   * Namespace it is in, and can be used in.
   * @default - that of whatever uses it
   */
  readonly namespace?: string;

  /**
   * One of its values.
   * @throws FairleadError where it is known that there is no such key
   */
  key(key: string): SecretKey;
}

/** One value of a Secret, for whatever takes it from there. */
export interface SecretKey {
  /** Name of the Secret. */
  readonly secretName: string;

  /** Key of the value in it. */
  readonly key: string;

  /** As `valueFrom` of a container's environment variable. */
  readonly valueFrom: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
}

/** Whether a value is a Secret that others can use. */
export function isSecret(value: unknown): value is ISecret {
  return typeof value === 'object' && value !== null && 'secretName' in value && 'reference' in value;
}

/** What stands for a Secret's name. */
export function secretNameOf(secret: NamedSecret): string {
  return mint({ resolve: () => secret.name, secret });
}

/** @throws SecretKeyUnknown where the keys are given, and it is none of them */
export function secretKey({ secretName }: ISecret, key: string, name: string, keys: readonly string[] | undefined): SecretKey {
  if (keys && !keys.includes(key)) throw errors.SecretKeyUnknown({ secret: name, key, keys: keys.join(', ') || 'none' });
  return { secretName, key, valueFrom: { secretKeyRef: { name: secretName, key } } };
}
