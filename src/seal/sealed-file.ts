import { Document, Scalar, visit } from 'yaml';
import { annotations as names } from '../model/labels';
import { isPlainString } from '../model/plain-string';
import type { MapReading, Texts } from './map-reading';
import { readQuickly } from './quick-reading';
import { annotationsFor, type Scope, scopeOf } from './scope';
import type { SecretTemplate } from './sealed-secret';
import { printSealedWith, readSealedWith, type SealedWith } from './sealed-with';
import { YamlReading } from './yaml-reading';
import { setText } from './yaml-text';

/** A committed SealedSecret. Its values are texts here; whether they can be sealed values says `parseSealedValue`. */
export interface SealedFile {
  /** Empty where a cluster-wide file names none. */
  readonly namespace: string;
  readonly name: string;
  readonly scope: Scope;
  readonly encryptedData: Texts;
  readonly sealedWith: SealedWith;
  readonly template: SecretTemplate;
  /** Of its own metadata, without those that `scope` and `sealedWith` say. */
  readonly annotations: Texts;
  readonly labels: Texts;
}

/** What changes in a sealed file. */
export interface SealedEdit {
  /** By key. */
  readonly set?: ReadonlyMap<string, { readonly sealed: string; readonly fingerprint: string }>;
  readonly remove?: readonly string[];
}

const API_VERSION = 'bitnami.com/v1alpha1';
const KIND = 'SealedSecret';
const OF_SCOPE_AND_KEYS: readonly string[] = [names.sealedNamespaceWide, names.sealedClusterWide, names.sealedWith];

/** Whether a Secret can have a key of this name. */
export function isSecretKey(key: string): boolean {
  return /^[-._A-Za-z0-9]{1,253}$/.test(key) && key !== '.' && !key.startsWith('..');
}

/**
 * Reads one SealedSecret, YAML or JSON, as `kubeseal` or `printSealedFile` writes it.
 * @param path names the file in messages
 * @throws SealedFileInvalid with the line; never with anything that stands there, which may be a Secret
 */
export function parseSealedFile(text: string, path: string): SealedFile {
  return readQuickly(text, sealedFileIn) ?? sealedFileIn(new YamlReading(text, path));
}

function sealedFileIn(read: MapReading): SealedFile {
  const is = (field: string, wanted: string) => read.text([field]) === wanted || read.fail([field], `it is no ${KIND} of ${API_VERSION}`);
  is('apiVersion', API_VERSION);
  is('kind', KIND);
  const own = read.texts(['metadata', 'annotations']);
  const scope = scopeOf(own);
  const name = read.text(['metadata', 'name']) || read.fail(['metadata'], 'metadata.name is missing');
  const namespace = read.text(['metadata', 'namespace']) ?? '';
  if (namespace === '' && scope !== 'cluster-wide') read.fail(['metadata'], `metadata.namespace is missing, and ${scope} values are bound to it`);
  if (read.at(['spec', 'data']) !== undefined) read.fail(['spec', 'data'], 'spec.data is the deprecated form, one value for all keys');
  const encryptedData = read.texts(['spec', 'encryptedData']);
  for (const key of Object.keys(encryptedData)) {
    if (!isSecretKey(key))
      read.fail(['spec', 'encryptedData', key], 'a key of spec.encryptedData is no key of a Secret: letters, digits, - _ . alone');
  }
  return {
    namespace,
    name,
    scope,
    encryptedData,
    sealedWith: readSealedWith(own[names.sealedWith], encryptedData),
    template: templateOf(read),
    annotations: Object.fromEntries(Object.entries(own).filter(([key]) => !OF_SCOPE_AND_KEYS.includes(key))),
    labels: read.texts(['metadata', 'labels']),
  };
}

function templateOf(read: MapReading): SecretTemplate {
  const at = ['spec', 'template'];
  read.texts([...at, 'metadata', 'labels']);
  read.texts([...at, 'metadata', 'annotations']);
  read.texts([...at, 'data']);
  read.text([...at, 'type']);
  const immutable = read.at([...at, 'immutable']);
  if (immutable !== undefined && immutable !== null && typeof immutable !== 'boolean')
    read.fail([...at, 'immutable'], 'it is neither true nor false');
  return read.map(at) as SecretTemplate;
}

/** The file of a SealedSecret: YAML, sorted as `kubeseal` sorts it, the same bytes for the same SealedSecret. */
export function printSealedFile({ namespace, name, scope, encryptedData, sealedWith, template, ...own }: SealedFile): string {
  const recorded = printSealedWith(encryptedData, sealedWith);
  const annotations = { ...own.annotations, ...annotationsFor(scope), ...(recorded !== undefined && { [names.sealedWith]: recorded }) };
  const metadata = {
    ...(Object.keys(annotations).length > 0 && { annotations }),
    ...(Object.keys(own.labels).length > 0 && { labels: own.labels }),
    name,
    ...(namespace !== '' && { namespace }),
  };
  const spec = { encryptedData, ...(Object.keys(template).length > 0 && { template }) };
  const document = new Document(
    { apiVersion: API_VERSION, kind: KIND, metadata, spec },
    { version: '1.1', sortMapEntries: true, aliasDuplicateObjects: false },
  );
  visit(document, { Scalar: (_, scalar) => quoteWhereUnsure(scalar, encryptedData) });
  return document.toString({ lineWidth: 0, directives: false });
}

/** Readers of YAML differ in what they take for a text. */
function quoteWhereUnsure(scalar: Scalar, encryptedData: Texts): void {
  const { value } = scalar;
  if (typeof value !== 'string' || value.includes('\n') || isPlainString(value)) return;
  if (value.length < 64 || !Object.values(encryptedData).includes(value)) scalar.type = Scalar.QUOTE_DOUBLE;
}

/**
 * Sets and removes values of a sealed file, and changes nothing else of it but the record of what they were sealed for. JSON stays JSON.
 * @param path names the file in messages
 * @throws SealedFileInvalid also where the way it is written does not let a value be changed without another
 */
export function editSealedFile(text: string, { set = new Map(), remove = [] }: SealedEdit, path = 'the sealed file'): string {
  const { encryptedData, sealedWith } = parseSealedFile(text, path);
  const values = new Map(Object.entries(encryptedData));
  const fingerprints = new Map(sealedWith);
  let edited = text;
  const put = (at: readonly string[], value: string | undefined): void => {
    const next = setText(edited, at, value);
    edited = next ?? new YamlReading(edited, path).fail(at, `${at.join('.')} is written in a way that cannot be edited alone`);
  };
  for (const key of remove) {
    values.delete(key);
    fingerprints.delete(key);
    put(['spec', 'encryptedData', key], undefined);
  }
  for (const [key, { sealed, fingerprint }] of set) {
    if (!isSecretKey(key)) new YamlReading(edited, path).fail(['spec'], `${JSON.stringify(key)} is no key of a Secret: letters, digits, - _ . alone`);
    if (values.get(key) !== sealed) put(['spec', 'encryptedData', key], sealed);
    values.set(key, sealed);
    fingerprints.set(key, fingerprint);
  }
  const recorded = printSealedWith(Object.fromEntries(values), fingerprints);
  const at = ['metadata', 'annotations', names.sealedWith];
  if (new YamlReading(edited, path).text(at) !== recorded) put(at, recorded);
  return edited;
}
