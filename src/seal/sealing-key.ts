import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { errors } from '../common/errors';
import { annotations, labels } from '../model/labels';
import type { KubeObject, ObjectMeta } from '../model/object';
import { parseCertificates, type SealingCertificate } from './certificate';

/** A key of the cluster: what it opens with, and what others seal with. */
export interface SealingKey extends SealingCertificate {
  /** Name of its Secret. */
  readonly name: string;
  readonly privateKey: KeyObject;
  /** When its Secret was made. */
  readonly createdAt: Date;
  /** When somebody last saved it elsewhere, as `fairlead seal backup` stamps it. */
  readonly backedUpAt?: Date;
}

export interface KeySecret extends KubeObject {
  /** The API server names what has a `generateName` and an empty name. */
  readonly metadata: ObjectMeta & { readonly generateName?: string };
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
}

/** Keys' Secrets are named so, with five letters after it. The very first versions of sealed-secrets named their one key exactly so, without a label. */
export const KEY_PREFIX = 'sealed-secrets-key';

/** Whether a Secret of the keys' namespace is a key that is in use: labelled `active`, or the unlabelled one of old. Any other label puts a key out of use. */
export function isActiveKey({ metadata }: Pick<KubeObject, 'metadata'>): boolean {
  const label = metadata.labels?.[labels.sealingKey];
  return label === undefined ? metadata.name === KEY_PREFIX : label === 'active';
}

/**
 * The key a Secret holds.
 * @throws SealingKeyInvalid where it has no readable pair; the message never has any of its content
 */
export function parseSealingKey(secret: KeySecret): SealingKey {
  const { name, namespace, creationTimestamp, annotations: notes } = secret.metadata;
  const invalid = (reason: string) => errors.SealingKeyInvalid({ secret: `${namespace}/${name}`, reason });
  const part = (key: string) => {
    const value = secret.data?.[key];
    if (value === undefined) throw invalid(`it has no ${key}`);
    return Buffer.from(value, 'base64').toString();
  };
  const privateKey = parsePrivateKey(part('tls.key'));
  if (privateKey === undefined) throw invalid('its tls.key is no RSA private key in PEM');
  const certificate = firstCertificate(part('tls.crt'));
  if (certificate === undefined) throw invalid('its tls.crt is no certificate of an RSA key in PEM');
  if (!createPublicKey(privateKey).equals(certificate.publicKey)) throw invalid('its tls.crt is of another key than its tls.key');
  const backedUpAt = notes?.[annotations.backedUpAt];
  return {
    ...certificate,
    name,
    privateKey,
    createdAt: new Date(creationTimestamp ?? certificate.notBefore),
    ...(backedUpAt !== undefined && !Number.isNaN(Date.parse(backedUpAt)) && { backedUpAt: new Date(backedUpAt) }),
  };
}

function firstCertificate(pem: string): SealingCertificate | undefined {
  try {
    return parseCertificates(pem, 'tls.crt')[0];
  } catch {
    return undefined;
  }
}

/** Undefined where the text is no RSA private key in PEM, PKCS#1 or PKCS#8. */
export function parsePrivateKey(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'rsa' ? key : undefined;
  } catch {
    return undefined;
  }
}

/** The latest first, as upstream orders them: by the certificate's `notBefore`, then by when the Secret was made. */
export function newestFirst(keys: readonly SealingKey[]): SealingKey[] {
  return [...keys].sort((a, b) => +b.notBefore - +a.notBefore || +b.createdAt - +a.createdAt || (a.name < b.name ? -1 : 1));
}

/** Whether the key would be lost with the cluster. What was stamped before the key was made speaks of another key in the same Secret. */
export function lacksBackup({ backedUpAt, notBefore }: SealingKey): boolean {
  return backedUpAt === undefined || backedUpAt < notBefore;
}
