import type { KubeObject } from '../model/object';

/** What the Secret of a SealedSecret looks like, besides its values. */
export interface SecretTemplate {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [other: string]: unknown;
  } | null;
  /** @default 'Opaque' */
  readonly type?: string;
  readonly immutable?: boolean;
  /** Go templates over the opened values; what they give wins over a value of the same key. */
  readonly data?: Readonly<Record<string, string>>;
}

/**
 * Bitnami's SealedSecret, `bitnami.com/v1alpha1`.
 * @see https://github.com/bitnami-labs/sealed-secrets
 */
export interface SealedSecret extends KubeObject {
  readonly spec: {
    readonly encryptedData?: Readonly<Record<string, string>>;
    /** The deprecated form: one sealed value that is a whole Secret in JSON. */
    readonly data?: string;
    readonly template?: SecretTemplate;
  };
}
