import { type ObjectReference, SECRET } from './dependency';
import { type ISecret, type SecretKey, secretKey, secretNameOf } from './secret';

/** Where a Secret that somebody else makes is. */
export interface ExistingSecretOptions {
  /**
   * Namespace it is in.
   * @default - that of whatever uses it
   */
  readonly namespace?: string;
}

/** Secrets that the program does not make. */
export class Secrets {
  /**
   * A Secret that somebody else makes: another repository, an operator, a person. What uses it waits for it.
   * @param name of the Secret
   * @param keys it has, so that a typo is found at synth
   */
  public static existing(name: string, keys: readonly string[], options: ExistingSecretOptions = {}): ISecret {
    return new ExistingSecret(name, keys, options.namespace);
  }

  private constructor() {}
}

class ExistingSecret implements ISecret {
  readonly secretName: string;
  readonly reference: ObjectReference;

  constructor(
    private readonly name: string,
    private readonly keys: readonly string[],
    readonly namespace: string | undefined,
  ) {
    this.reference = { kind: SECRET, name, ...(namespace !== undefined && { namespace }) };
    this.secretName = secretNameOf({ dependency: this, name, namespace, keys: () => keys });
  }

  key(key: string): SecretKey {
    return secretKey(this, key, this.name, this.keys);
  }
}
