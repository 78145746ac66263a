import type { Scope } from '../seal/scope';
import type { SecretTemplate } from '../seal/sealed-secret';

/** A Secret whose values a construct takes from a sealed file. */
export interface SealRequest {
  readonly cluster: string;
  readonly layer: string;
  readonly namespace: string;
  /** Name of the Secret and of its SealedSecret. */
  readonly name: string;
  /** The sealed file, from the folder of cdk8s.yaml, with `/`. */
  readonly file: string;
  /** @default - that of the file; of a new one `strict` */
  readonly scope?: Scope;
  /** Keys it must have. @default - those of the file */
  readonly keys?: readonly string[];
  /** What the construct says of the Secret besides its values; it wins over the file's. */
  readonly template: SecretTemplate;
  /** Path of the construct, for messages. */
  readonly construct: string;
}
