import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { dump } from 'js-yaml';
import { errors } from '../common/errors';
import { labels } from '../model/labels';
import { YamlInvalid } from '../model/yaml-documents';
import { pemBlocks } from './pem';
import { KEY_PREFIX, type KeySecret, parsePrivateKey } from './sealing-key';
import { contentOf, yamlDocuments } from './yaml-documents';

export type { KeySecret } from './sealing-key';

/** A key as it is made: what opens, and what others seal with. */
export interface SealingPair {
  /** PKCS#1. Secret. */
  readonly privateKeyPem: string;
  readonly certificatePem: string;
}

/** Sealing keys as people have them. */
export interface FoundKeys {
  /** What can be restored to a cluster: without what belongs to the cluster it comes from. */
  readonly secrets: readonly KeySecret[];
  /** Of those Secrets, and keys that stood there alone. */
  readonly privateKeys: readonly KeyObject[];
}

const TYPE = 'kubernetes.io/tls';
/** kubectl keeps the whole Secret in it. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** The Secret upstream's controller keeps a key in. Without a name the API server gives it one, `sealed-secrets-key` and five letters. */
export function keySecret(pair: SealingPair, { namespace, name }: { readonly namespace: string; readonly name?: string }): KeySecret {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: name ?? '',
      ...(name === undefined && { generateName: KEY_PREFIX }),
      namespace,
      labels: { [labels.sealingKey]: 'active' },
    },
    type: TYPE,
    data: { 'tls.crt': base64(pair.certificatePem), 'tls.key': base64(pair.privateKeyPem) },
  };
}

/** A key's Secret without what belongs to the cluster it was read from, so that it can be saved, and made anew elsewhere. */
export function portable({ metadata, type, data }: KeySecret): KeySecret {
  const { [LAST_APPLIED]: _, ...annotations } = metadata.annotations ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: metadata.name,
      ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
      ...(metadata.creationTimestamp !== undefined && { creationTimestamp: metadata.creationTimestamp }),
      ...(metadata.labels && { labels: metadata.labels }),
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    type: type ?? TYPE,
    data: data ?? {},
  };
}

/** What a backup holds: a List that kubectl, kubeseal and `keysIn` read. Secret. */
export function printKeyList(secrets: readonly KeySecret[]): string {
  return dump({ apiVersion: 'v1', kind: 'List', items: secrets.map(portable) }, { lineWidth: -1, noRefs: true });
}

/**
 * Reads private keys in PEM, or key Secrets in YAML or JSON: one, several documents, or a List.
 * @param from names the text in messages
 * @throws SealingKeysUnreadable where one of them cannot be read; never with anything that stands there
 */
export function keysIn(text: string, from: string): FoundKeys {
  if (/^-----BEGIN /m.test(text)) return { secrets: [], privateKeys: keysInPem(text, from) };
  const found = documentsIn(text, from).flatMap((one) => secretsIn(one, from));
  if (found.length === 0) throw unreadable(from, 'there is none in it');
  const keys = found.map((secret) => [secret, privateKeyOf(secret, from)] as const);
  return { secrets: keys.map(([secret]) => portable(secret)), privateKeys: keys.map(([, key]) => key) };
}

function keysInPem(text: string, from: string): KeyObject[] {
  const blocks = pemBlocks(text).filter(({ label }) => label.endsWith('PRIVATE KEY'));
  if (blocks.length === 0) throw unreadable(from, 'there is no private key in its PEM, and a certificate alone opens nothing');
  return blocks.map(({ label, pem }) => {
    if (/ENCRYPTED/.test(label) || pem.includes('Proc-Type: 4,ENCRYPTED'))
      throw unreadable(from, 'a private key is protected by a passphrase of its own, take that away first');
    return wholeKey(pem) ?? fail(from, 'a private key is no whole RSA key in PKCS#1 or PKCS#8');
  });
}

function documentsIn(text: string, from: string): unknown[] {
  try {
    return yamlDocuments(text).documents.map(contentOf);
  } catch (cause) {
    if (!(cause instanceof YamlInvalid)) throw cause;
    throw unreadable(from, `there is no PEM in it, and as YAML ${cause.reason}`, cause.line);
  }
}

function secretsIn(document: unknown, from: string): KeySecret[] {
  if (!isMap(document)) return fail(from, 'it is neither PEM nor a Secret');
  if (document.kind === 'List' || document.kind === 'SecretList') {
    if (!Array.isArray(document.items)) return fail(from, 'its List has no items');
    // In a SecretList items need not say their kind.
    return document.items.flatMap((item) => secretsIn(isMap(item) && document.kind === 'SecretList' ? { kind: 'Secret', ...item } : item, from));
  }
  if (document.kind !== 'Secret') return fail(from, 'it holds an object that is no Secret');
  const { metadata, type, data, stringData } = document;
  if (!isMap(metadata) || typeof metadata.name !== 'string') return fail(from, 'a Secret has no name');
  for (const [field, value] of Object.entries({ labels: metadata.labels, annotations: metadata.annotations, data, stringData })) {
    if (value !== undefined && value !== null && !isTexts(value)) return fail(from, `${field} of Secret ${metadata.name} is no map of texts`);
  }
  const plain = Object.entries((stringData ?? {}) as Readonly<Record<string, string>>).map(([key, value]) => [key, base64(value)]);
  const secret = { metadata, ...(typeof type === 'string' && { type }), data: { ...(data as object), ...Object.fromEntries(plain) } };
  return [secret as unknown as KeySecret];
}

function privateKeyOf({ metadata: { name }, data }: KeySecret, from: string): KeyObject {
  const pem = data?.['tls.key'];
  if (pem === undefined) return fail(from, `Secret ${name} has no tls.key`);
  return wholeKey(Buffer.from(pem, 'base64').toString()) ?? fail(from, `tls.key of Secret ${name} is no whole RSA private key in PEM`);
}

/** A key whose numbers fit one another. Those of a damaged file need not, and OpenSSL does not look. */
function wholeKey(pem: string): KeyObject | undefined {
  const key = parsePrivateKey(pem);
  const text = Buffer.from('whole');
  try {
    return key && verify('sha256', text, createPublicKey(key), sign('sha256', text, key)) ? key : undefined;
  } catch {
    return undefined;
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): boolean {
  return isMap(value) && Object.values(value).every((one) => typeof one === 'string');
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function fail(from: string, reason: string): never {
  throw unreadable(from, reason);
}

function unreadable(from: string, reason: string, line?: number): Error {
  return errors.SealingKeysUnreadable({ from, line: line === undefined ? '' : `, line ${line}`, reason });
}
