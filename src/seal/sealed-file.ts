import { Document, isMap, isScalar, LineCounter, parseAllDocuments, Scalar, visit } from 'yaml';
import { errors } from '../common/errors';
import { annotations as names } from '../model/labels';
import { isPlainString } from '../model/plain-string';
import { annotationsFor, type Scope, scopeOf } from './scope';
import type { SecretTemplate } from './sealed-secret';
import { printSealedWith, readSealedWith, type SealedWith } from './sealed-with';
import { setText } from './yaml-text';

type Texts = Readonly<Record<string, string>>;

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
  const read = new Reading(text, path);
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

function templateOf(read: Reading): SecretTemplate {
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
  const put = (at: readonly string[], value: string | undefined) => {
    const next = setText(edited, at, value);
    if (next === undefined) new Reading(edited, path).fail(at, `${at.join('.')} is written in a way that cannot be edited alone`);
    edited = next!;
  };
  for (const key of remove) {
    values.delete(key);
    fingerprints.delete(key);
    put(['spec', 'encryptedData', key], undefined);
  }
  for (const [key, { sealed, fingerprint }] of set) {
    if (!isSecretKey(key)) new Reading(edited, path).fail(['spec'], `${JSON.stringify(key)} is no key of a Secret: letters, digits, - _ . alone`);
    if (values.get(key) !== sealed) put(['spec', 'encryptedData', key], sealed);
    values.set(key, sealed);
    fingerprints.set(key, fingerprint);
  }
  const recorded = printSealedWith(Object.fromEntries(values), fingerprints);
  const at = ['metadata', 'annotations', names.sealedWith];
  if (new Reading(edited, path).text(at) !== recorded) put(at, recorded);
  return edited;
}

type Path = readonly string[];

/** A document that is being read, and the lines of what is wrong in it. */
class Reading {
  private readonly lines = new LineCounter();
  private readonly document: Document;
  private readonly root: unknown;

  constructor(
    text: string,
    private readonly path: string,
  ) {
    const documents = parseAllDocuments(text, { prettyErrors: false, lineCounter: this.lines });
    const [document, second] = documents.filter(({ contents, errors: wrong }) => contents !== null || wrong.length > 0);
    if (document === undefined) this.failAt(1, 'it is empty');
    if (second) this.failAt(this.lineOf(second.range[0]), 'a second document begins there, and a sealed file has one');
    this.document = document!;
    const [error] = document!.errors;
    // What the end of the text is missing belongs to its last line. The message itself may quote what stands there.
    if (error)
      this.failAt(this.lineOf(Math.min(error.pos[0], text.trimEnd().length)), `it is no YAML: ${error.code.toLowerCase().replaceAll('_', ' ')}`);
    try {
      this.root = document!.toJS();
    } catch {
      this.failAt(1, 'its aliases cannot be resolved');
    }
    if (!isMap(this.document.contents)) this.failAt(1, 'it is no object');
  }

  /** Undefined where nothing is there. */
  at(path: Path): unknown {
    let value = this.root;
    for (const key of path) {
      if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
      value = (value as Readonly<Record<string, unknown>>)[key];
    }
    return value;
  }

  text(path: Path): string | undefined {
    const value = this.at(path);
    if (value !== undefined && value !== null && typeof value !== 'string') this.fail(path, `${path.join('.')} is no text`);
    return (value as string | null) ?? undefined;
  }

  map(path: Path): Readonly<Record<string, unknown>> {
    const value = this.at(path) ?? {};
    if (typeof value !== 'object' || Array.isArray(value)) this.fail(path, `${path.join('.')} is no map`);
    return value as Readonly<Record<string, unknown>>;
  }

  texts(path: Path): Texts {
    for (const end of path.keys()) this.map(path.slice(0, end + 1));
    const map = this.map(path);
    for (const key of Object.keys(map)) {
      if (typeof map[key] !== 'string') this.fail([...path, key], `a value of ${path.join('.')} is no text`);
    }
    return map as Texts;
  }

  fail(path: Path, reason: string): never {
    return this.failAt(this.lineOf(this.offsetOf(path)), reason);
  }

  /** Of a key, or of the last on the way to it that is there. */
  private offsetOf(path: Path): number {
    let node: unknown = this.document.contents;
    let offset = this.document.contents?.range?.[0] ?? 0;
    for (const key of path) {
      const pair = isMap(node) ? node.items.find((one) => isScalar(one.key) && String(one.key.value) === key) : undefined;
      if (pair === undefined) break;
      offset = (pair.key as Scalar).range?.[0] ?? offset;
      node = pair.value;
    }
    return offset;
  }

  private lineOf(offset: number): number {
    return this.lines.linePos(offset).line;
  }

  private failAt(line: number, reason: string): never {
    throw errors.SealedFileInvalid({ file: this.path, line, reason });
  }
}
