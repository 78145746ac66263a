import { isDeepStrictEqual } from 'node:util';
import { isMap, isScalar, type Node, parseDocument, type Scalar, stringify, type YAMLMap } from 'yaml';
import { annotations as names } from '../../model/labels';
import { setText } from '../../seal/yaml-text';
import type { SealedDocument } from './http-document';

type Fields = Readonly<Record<string, unknown>>;

export interface Resealed {
  /** New texts of sealed values, by the old ones. */
  readonly texts: ReadonlyMap<string, string>;
  /** What annotation `fairlead.dev/sealed-with` says from now on, where the document has it. */
  readonly sealedWith?: string;
}

/**
 * The document with other sealed values, in its own format. Whatever else stands there stays byte for byte, unless it is written in a way that
 * lets no value be changed alone (aliases); then it is printed anew.
 */
export function rewrite({ text, format, content }: SealedDocument, { texts, sealedWith }: Resealed): string {
  const metadata = content.metadata as Fields;
  const spec = content.spec as Fields;
  const notes = (metadata.annotations ?? {}) as Fields;
  const before = notes[names.sealedWith];
  const note = typeof before === 'string' && sealedWith !== undefined ? { before, after: sealedWith } : undefined;
  const wanted = {
    ...content,
    ...(note && { metadata: { ...metadata, annotations: { ...notes, [names.sealedWith]: note.after } } }),
    spec: {
      ...spec,
      ...(isFields(spec.encryptedData) && { encryptedData: mapped(spec.encryptedData, texts) }),
      ...(typeof spec.data === 'string' && { data: texts.get(spec.data) ?? spec.data }),
    },
  };
  if (format === 'json') {
    const edited = editJson(text, note ? new Map([...texts, [note.before, note.after]]) : texts);
    return isDeepStrictEqual(JSON.parse(edited), wanted) ? edited : JSON.stringify(wanted, undefined, indentOf(text));
  }
  const edited = editYaml(text, texts);
  const noted = note ? setText(edited, ['metadata', 'annotations', names.sealedWith], note.after) : edited;
  return noted !== undefined && isDeepStrictEqual(parseDocument(noted).toJS(), wanted) ? noted : stringify(wanted, { lineWidth: 0 });
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function mapped(values: Fields, texts: ReadonlyMap<string, string>): Fields {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, texts.get(value as string) ?? value]));
}

const JSON_TEXT = /"[^"\\]*(?:\\.[^"\\]*)*"/g;

function editJson(text: string, texts: ReadonlyMap<string, string>): string {
  return text.replace(JSON_TEXT, (token) => {
    const changed = texts.get(JSON.parse(token) as string);
    return changed === undefined ? token : JSON.stringify(changed);
  });
}

function indentOf(json: string): string {
  return /^\s*\{\r?\n([ \t]+)/.exec(json)?.[1] ?? '';
}

/** In the places of sealed values alone, from the last to the first, so that earlier places stay where they are. */
function editYaml(text: string, texts: ReadonlyMap<string, string>): string {
  const document = parseDocument(text);
  const spec = document.getIn(['spec'], true);
  const encrypted = document.getIn(['spec', 'encryptedData'], true);
  const scalars = [...valuesOf(encrypted), ...valuesOf(spec)].filter(({ value }) => texts.has(value as string));
  scalars.sort((a, b) => b.range![0] - a.range![0]);
  return scalars.reduce((edited, { value, type, range }) => {
    const [from, to] = range!;
    const changed = texts.get(value as string)!;
    const printed = type === 'PLAIN' ? changed : JSON.stringify(changed);
    return `${edited.slice(0, from)}${printed}${edited[to - 1] === '\n' ? '\n' : ''}${edited.slice(to)}`;
  }, text);
}

function valuesOf(map: unknown): Scalar[] {
  return isMap(map) ? (map as YAMLMap<Node, Node | null>).items.map(({ value }) => value).filter((value): value is Scalar => isScalar(value)) : [];
}
