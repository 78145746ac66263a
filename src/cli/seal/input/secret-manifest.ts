import { type Document, LineCounter, parseAllDocuments } from 'yaml';
import { errors } from '../../../common/errors';
import { annotations as known } from '../../../model/labels';
import { type Scope, scopeOf } from '../../../seal/scope';
import { type SecretValue, type SecretValues, valuesOf } from './secret-values';

/** What is sealed of a Secret's manifest. Whatever the API server writes into one is left out. */
export interface SecretManifest {
  /** Empty where it says none. */
  readonly name: string;
  readonly namespace: string;
  readonly type?: string;
  readonly immutable?: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** Without those that say the scope. */
  readonly annotations: Readonly<Record<string, string>>;
  /** The scope its annotations ask for. */
  readonly scope: Scope;
  readonly values: SecretValues;
}

type Fields = Readonly<Record<string, unknown>>;

/** Copies of the whole object with its values, and words of those who wrote it. */
const LEFT_OUT: readonly string[] = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'kubecfg.ksonnet.io/last-applied-configuration',
  known.unsealedFrom,
  known.sealedWith,
  known.sealedClusterWide,
  known.sealedNamespaceWide,
];

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Secrets of a manifest in YAML or JSON: several documents, and Lists. None where it is empty.
 * @param from names it in messages, which never have any of its content but keys
 * @throws SecretManifestInvalid
 */
export function parseSecretManifests(text: string, from: string): readonly SecretManifest[] {
  const invalid = (reason: string) => errors.SecretManifestInvalid({ from, reason });
  const lines = new LineCounter();
  // As the API server's own reader: yes and on are no strings.
  const documents: readonly Document[] = parseAllDocuments(text, { version: '1.1', prettyErrors: false, lineCounter: lines });
  const objects = documents.flatMap((document) => {
    const fault = document.errors[0];
    // What the parser says of a fault may quote the text.
    if (fault) throw invalid(`line ${lines.linePos(fault.pos[0]).line} cannot be read (${fault.code.toLowerCase().replaceAll('_', ' ')})`);
    return itemsOf(contentOf(document, invalid));
  });
  return objects.map((object) => secretIn(object, invalid));
}

type Invalid = (reason: string) => Error;

function contentOf(document: Document, invalid: Invalid): unknown {
  try {
    return document.toJS();
  } catch {
    throw invalid('its aliases cannot be resolved');
  }
}

function itemsOf(value: unknown): unknown[] {
  if (value === null || value === undefined) return [];
  const { kind, items } = value as Fields;
  return (kind === 'List' || kind === 'SecretList') && Array.isArray(items) ? items.flatMap(itemsOf) : [value];
}

function secretIn(value: unknown, invalid: Invalid): SecretManifest {
  if (!isFields(value)) throw invalid('there is a document that is no object');
  const { apiVersion, kind, metadata = {}, data, stringData, type, immutable } = value;
  if (apiVersion !== 'v1' || kind !== 'Secret') throw invalid(`there is an object in it that is no Secret of v1${isFields(value) ? of(kind) : ''}`);
  if (!isFields(metadata)) throw invalid('its metadata is no map');
  const { name = '', namespace = '' } = metadata;
  if (typeof name !== 'string' || typeof namespace !== 'string') throw invalid('its name or namespace is no string');
  if (type !== undefined && typeof type !== 'string') throw invalid('its type is no string');
  if (immutable !== undefined && typeof immutable !== 'boolean') throw invalid('its field immutable is neither true nor false');
  const annotations = strings(metadata.annotations, 'annotations', invalid);
  return {
    name,
    namespace,
    ...(type !== undefined && { type }),
    ...(immutable !== undefined && { immutable }),
    labels: strings(metadata.labels, 'labels', invalid),
    annotations: Object.fromEntries(Object.entries(annotations).filter(([key]) => !LEFT_OUT.includes(key))),
    scope: scopeOf(annotations),
    values: valuesIn(data, stringData, invalid),
  };
}

/** Where a key is in both, `stringData` counts. */
function valuesIn(data: unknown, stringData: unknown, invalid: Invalid): SecretValues {
  const plain = strings(stringData, 'stringData', invalid);
  const values = new Map<string, SecretValue>();
  for (const [key, text] of Object.entries(strings(data, 'data', invalid))) {
    const packed = text.replace(/[\r\n]/g, '');
    if (!BASE64.test(packed)) throw invalid(`data.${key} is no base64`);
    values.set(key, { value: Buffer.from(packed, 'base64'), from: 'data' });
  }
  for (const [key, text] of Object.entries(plain)) values.set(key, { value: Buffer.from(text), from: 'stringData' });
  return valuesOf(values);
}

/** Nothing at all is an empty text, as in Kubernetes: kubeseal prints empty values so. */
function strings(value: unknown, field: string, invalid: Invalid): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  if (!isFields(value)) throw invalid(`${field} is no map`);
  const texts = Object.entries(value).map(([key, one]): [string, string] => {
    if (one !== null && typeof one !== 'string') throw invalid(`${field}.${key} is no string: quote it`);
    return [key, one ?? ''];
  });
  return Object.fromEntries(texts);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date) && !(value instanceof Uint8Array);
}

function of(kind: unknown): string {
  return typeof kind === 'string' && /^[A-Z][A-Za-z0-9]{0,62}$/.test(kind) ? `, but ${kind}` : '';
}
