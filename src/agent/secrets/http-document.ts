import { parseAllDocuments } from 'yaml';
import { errors } from '../../common/errors';
import { kinds } from '../../model/kinds';
import { apiVersionOf } from '../../model/object';
import { scopeOf } from '../../seal/scope';
import { isSecretKey } from '../../seal/sealed-file';
import type { SealedSecret } from '../../seal/sealed-secret';
import { Refused } from './http-refused';

type Fields = Readonly<Record<string, unknown>>;

/** A SealedSecret as somebody sent it. */
export interface SealedDocument {
  readonly text: string;
  readonly format: 'json' | 'yaml';
  /** All of it. */
  readonly content: Fields;
  /** What opening it takes. The template is none of that: what it says of a scope is not this object's. */
  readonly sealed: SealedSecret;
}

/** The parser of YAML takes 40 ms for so much, and everybody waits for it. */
const MOST_YAML = 128 * 1024;
/** Each is at least one RSA operation for each of the keys. */
const MOST_VALUES = 1000;

/** @throws Refused (400), and never with what stands there, which may be a Secret */
export function readDocument(text: string): SealedDocument {
  const json = parseJson(text);
  const content = json === undefined ? parseYaml(text) : json.content;
  if (!isMap(content)) throw invalid('it is no object');
  return { text, format: json === undefined ? 'yaml' : 'json', content, sealed: sealedSecretIn(content) };
}

function sealedSecretIn({ apiVersion, kind, metadata, spec }: Fields): SealedSecret {
  if (apiVersion !== apiVersionOf(kinds.SealedSecret) || kind !== kinds.SealedSecret.kind) {
    throw invalid(`it is no ${kinds.SealedSecret.kind} of ${apiVersionOf(kinds.SealedSecret)}`);
  }
  if (!isMap(metadata)) throw invalid('metadata is missing');
  if (!isMap(spec)) throw invalid('spec is missing');
  const annotations = textsIn(metadata.annotations, 'metadata.annotations');
  const { name, namespace = '' } = metadata;
  if (typeof name !== 'string' || !NAME.test(name)) throw invalid('metadata.name is no name');
  const needsNamespace = scopeOf(annotations) !== 'cluster-wide' || namespace !== '';
  if (typeof namespace !== 'string' || (needsNamespace && !NAMESPACE.test(namespace))) throw invalid('metadata.namespace is no name of a namespace');
  const encryptedData = textsIn(spec.encryptedData, 'spec.encryptedData');
  const keys = Object.keys(encryptedData);
  if (!keys.every(isSecretKey)) throw invalid('a key of spec.encryptedData cannot be a key of a Secret');
  if (keys.length > MOST_VALUES) throw invalid(`it has more than ${MOST_VALUES} values`);
  const data = spec.data ?? undefined;
  if (data !== undefined && (typeof data !== 'string' || keys.length > 0))
    throw invalid('spec.data is no text, or is there besides spec.encryptedData');
  return { apiVersion, kind, metadata: { name, namespace, annotations }, spec: { encryptedData, ...(data !== undefined && { data }) } };
}

/** As Kubernetes demands; anything else could be read as another namespace and name. */
const NAME = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const NAMESPACE = /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

function textsIn(value: unknown, field: string): Readonly<Record<string, string>> {
  const map = value ?? {};
  if (!isMap(map) || !Object.values(map).every((text) => typeof text === 'string')) throw invalid(`${field} is no map of texts`);
  return map as Readonly<Record<string, string>>;
}

function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined where it is no JSON. */
function parseJson(text: string): { readonly content: unknown } | undefined {
  try {
    return { content: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function parseYaml(text: string): unknown {
  if (text.length > MOST_YAML) throw new Refused(413, errors.SealedBodyRefused({ reason: `it is YAML of more than ${MOST_YAML} bytes; send JSON` }));
  const documents = yamlDocuments(text).filter(({ contents, errors: wrong }) => contents !== null || wrong.length > 0);
  if (documents.length === 0) throw invalid('it is empty');
  if (documents.length > 1) throw invalid('it has more than one document');
  if (documents[0]!.errors.length > 0) throw invalid('it is neither JSON nor YAML');
  try {
    return documents[0]!.toJS();
  } catch {
    throw invalid('its aliases cannot be resolved');
  }
}

function yamlDocuments(text: string) {
  try {
    return parseAllDocuments(text, { prettyErrors: false });
  } catch {
    throw invalid('it is nested too deep');
  }
}

function invalid(reason: string): Refused {
  return new Refused(400, errors.SealedBodyInvalid({ reason }));
}
