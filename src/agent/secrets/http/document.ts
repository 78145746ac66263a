import { errors } from '../../../common/errors';
import { kinds } from '../../../model/kinds';
import { apiVersionOf } from '../../../model/object';
import { scopeOf } from '../../../seal/scope';
import { isSecretKey } from '../../../seal/sealed-file';
import type { SealedSecret, SecretTemplate } from '../../../seal/sealed-secret';
import { Refused } from './refused';

type Fields = Readonly<Record<string, unknown>>;

/** A SealedSecret as somebody sent it. */
export interface SealedDocument {
  readonly text: string;
  /** What unsealing it takes, and nothing else of it. */
  readonly sealed: SealedSecret;
}

/** Each is at least one RSA operation for each of the keys. */
const MOST_VALUES = 1000;

/**
 * Reads JSON, which is what kubeseal sends, whatever it was given. No YAML: a body of a few kilobytes keeps its parser busy for seconds.
 * @throws Refused (400), and never with what stands there, which may be a Secret
 */
export function readDocument(text: string): SealedDocument {
  return { text, sealed: sealedSecretIn(parse(text)) };
}

function sealedSecretIn(content: unknown): SealedSecret {
  if (!isMap(content)) throw invalid('it is no object');
  const { apiVersion, kind, metadata, spec } = content;
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
  const template = templateIn(spec.template ?? {});
  return { apiVersion, kind, metadata: { name, namespace, annotations }, spec: { encryptedData, template, ...(data !== undefined && { data }) } };
}

function templateIn(template: unknown): SecretTemplate {
  const metadata = isMap(template) ? (template.metadata ?? {}) : undefined;
  if (!isMap(template) || !isMap(metadata)) throw invalid('spec.template is no map');
  const { type = '' } = template;
  if (typeof type !== 'string') throw invalid('spec.template.type is no text');
  const labels = textsIn(metadata.labels, 'spec.template.metadata.labels');
  const annotations = textsIn(metadata.annotations, 'spec.template.metadata.annotations');
  return { metadata: { labels, annotations }, type, data: textsIn(template.data, 'spec.template.data') };
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

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('it is not one object in JSON');
  }
}

function invalid(reason: string): Refused {
  return new Refused(400, errors.SealedBodyInvalid({ reason }));
}
