import { isDeepStrictEqual } from 'node:util';
import { isMap, isScalar, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml';
import { isPlainString } from '../model/plain-string';
import { YamlInvalid } from '../model/yaml-documents';
import { quote } from '../model/yaml-quote';
import { contentOf, yamlDocuments } from './yaml-documents';

type Path = readonly string[];
type Item = Pair<Scalar, Node | null>;

/**
 * Sets a text of a YAML or JSON document at a path of keys, or takes it away, and changes no other character. Maps that are missing on the way are made.
 * Undefined where the way the document is written does not let one be changed without the others: anchors and aliases, keys with `?`.
 * @param value undefined takes the key away
 */
export function setText(text: string, path: Path, value: string | undefined): string | undefined {
  const before = read(text);
  const edited = before && edit({ text, eol: text.includes('\r\n') ? '\r\n' : '\n', value }, before.map, undefined, path);
  if (edited === undefined) return undefined;
  return isDeepStrictEqual(read(edited)?.value, withText(before!.value, path, value)) ? edited : undefined;
}

interface Edit {
  readonly text: string;
  readonly eol: string;
  readonly value: string | undefined;
}

function edit(of: Edit, map: YAMLMap<Scalar, Node | null>, parent: Item | undefined, path: Path): string | undefined {
  const [key, ...rest] = path as [string, ...string[]];
  const item = map.items.find((one) => isScalar(one.key) && one.key.value === key);
  if (item === undefined) return of.value === undefined ? of.text : insert(of, map, parent, path);
  if (rest.length > 0) {
    if (isMap(item.value) && (item.value.items.length > 0 || map.flow)) return edit(of, item.value as YAMLMap<Scalar, Node>, item, rest);
    if (of.value === undefined) return of.text;
    return map.flow
      ? splice(of.text, ...rangeOfValue(of.text, item), printFlow(of, rest, lineIndent(of.text, item.key.range![0])))
      : fill(of, map, item, rest);
  }
  if (of.value === undefined) return remove(of, map, parent, item);
  return isMap(item.value) ? undefined : replace(of, map, item, of.value);
}

function replace({ text, eol }: Edit, map: YAMLMap, item: Item, value: string): string {
  const [from, to] = rangeOfValue(text, item);
  if (map.flow) return splice(text, from, to, JSON.stringify(value));
  const block = text[to - 1] === '\n';
  const alone = block || /^[ \t]*(?:\r?\n|$)/.test(text.slice(to, lineEnd(text, to)));
  const printed = printBlock(value, indentOf(text, item), eol, alone);
  return splice(text, from, to, `${from === colonEnd(text, item) ? ' ' : ''}${printed}${block ? eol : ''}`);
}

/** A new pair goes after the last one that sorts before it, so that comments stay with what they stand above. */
function insert(of: Edit, map: YAMLMap<Scalar, Node | null>, parent: Item | undefined, path: Path): string | undefined {
  const before = map.items.findLast((one) => String(one.key.value) < path[0]!);
  if (map.flow) return insertInFlow(of, map, before, path);
  const first = map.items[0]!;
  const at = before ? endOf(of.text, before) : parent ? lineEnd(of.text, colonEnd(of.text, parent)) : lineStart(of.text, first.key.range![0]);
  return insertLines(of, at, indentOf(of.text, first), path);
}

/** For a map that is `{}` or nothing yet. */
function fill(of: Edit, map: YAMLMap<Scalar, Node | null>, item: Item, path: Path): string {
  const text = splice(of.text, colonEnd(of.text, item), rangeOfValue(of.text, item)[1], '');
  return insertLines({ ...of, text }, lineEnd(text, colonEnd(text, item)), `${indentOf(of.text, map.items[0]!)}  `, path);
}

function insertLines({ text, eol, value }: Edit, at: number, indent: string, path: Path): string {
  const lines = path.map((key, depth) => {
    const inner = `${indent}${'  '.repeat(depth)}`;
    const last = depth === path.length - 1;
    return `${inner}${printKey(key)}:${last ? ` ${printBlock(value!, inner, eol, true)}` : ''}${eol}`;
  });
  const open = at > 0 && text[at - 1] !== '\n';
  return splice(text, at, at, open ? `${eol}${lines.join('').slice(0, -eol.length)}` : lines.join(''));
}

function insertInFlow(of: Edit, map: YAMLMap<Scalar, Node | null>, before: Item | undefined, path: Path): string {
  const { text } = of;
  const [from, to] = map.range!;
  const first = map.items[0];
  if (first === undefined) return splice(text, from, to, printFlow(of, path, lineIndent(text, from)));
  const between = text.slice(from + 1, first.key.range![0]);
  const gap = /\S/.test(between) ? '' : between;
  const [key, ...rest] = path;
  const pair = `${JSON.stringify(key)}${colonOf(text)}${printFlow(of, rest, lineIndent(text, first.key.range![0]))}`;
  const [, end] = before ? (before.value ?? before.key).range! : [];
  return end === undefined
    ? splice(text, from + 1 + between.length, from + 1 + between.length, `${pair},${gap}`)
    : splice(text, end, end, `,${gap}${pair}`);
}

/** @param indent of the line it begins on, where the text has a key a line; undefined where it has not */
function printFlow(of: Edit, [key, ...rest]: Path, indent: string | undefined): string {
  if (key === undefined) return JSON.stringify(of.value);
  const inner = indent === undefined ? undefined : `${indent}${UNIT.exec(of.text)![1]}`;
  const pair = `${JSON.stringify(key)}${colonOf(of.text)}${printFlow(of, rest, inner)}`;
  return inner === undefined ? `{${pair}}` : `{${of.eol}${inner}${pair}${of.eol}${indent}}`;
}

/** What a JSON text with a key a line is indented by. */
const UNIT = /^\s*\{[ \t]*\r?\n([ \t]+)/;

function lineIndent(text: string, at: number): string | undefined {
  return UNIT.test(text) ? /[ \t]*/y.exec(text.slice(lineStart(text, at)))![0] : undefined;
}

function colonOf(text: string): string {
  return /":[ \t]/.test(text) ? ': ' : ':';
}

function remove({ text }: Edit, map: YAMLMap<Scalar, Node | null>, parent: Item | undefined, item: Item): string | undefined {
  const index = map.items.indexOf(item);
  if (map.flow) {
    const next = map.items[index + 1];
    const previous = map.items[index - 1];
    if (next) return splice(text, item.key.range![0], next.key.range![0], '');
    if (previous) return splice(text, (previous.value ?? previous.key).range![1], (item.value ?? item.key).range![1], '');
    return splice(text, map.range![0], map.range![1], '{}');
  }
  const rest = splice(text, lineStart(text, item.key.range![0]), endOf(text, item), '');
  if (map.items.length > 1) return rest;
  return parent && splice(rest, colonEnd(text, parent), colonEnd(text, parent), ' {}');
}

function rangeOfValue(text: string, item: Item): [number, number] {
  const end = colonEnd(text, item);
  const range = item.value?.range;
  return range && range[1] > range[0] ? [range[0], range[1]] : [end, end];
}

/** Where the lines of a pair end, its comment on the last line included. */
function endOf(text: string, item: Item): number {
  const { value } = item;
  if (isMap(value) && !value.flow && value.items.length > 0) return endOf(text, value.items.at(-1) as Item);
  const [, end] = rangeOfValue(text, item);
  return text[end - 1] === '\n' ? end : lineEnd(text, end);
}

function colonEnd(text: string, { key }: Item): number {
  return text.indexOf(':', key.range![1]) + 1;
}

function indentOf(text: string, { key }: Item): string {
  return text.slice(lineStart(text, key.range![0]), key.range![0]);
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end + 1;
}

function splice(text: string, from: number, to: number, insertion: string): string {
  return `${text.slice(0, from)}${insertion}${text.slice(to)}`;
}

/** @param alone whether nothing else stands on the line */
function printBlock(value: string, indent: string, eol: string, alone: boolean): string {
  if (alone && value.includes('\n') && LINES.test(value)) return `|${value.slice(0, -1).replace(/^/gm, `${indent}  `).replace(/^|\n/g, eol)}`;
  return value.length > 20 && BASE64.test(value) ? value : printKey(value);
}

function printKey(text: string): string {
  return isPlainString(text) ? text : quote(text);
}

/** What can stand in a literal block as it is. */
const LINES = /^(?:[!-~][ -~]*\n)+$/;
/** Where it is long, no reader takes it for a number or a date. A count in it would overflow the stack of a value of some megabytes. */
const BASE64 = /^[A-Za-z][A-Za-z0-9+/]*={0,2}$/;

function read(text: string): { readonly map: YAMLMap<Scalar, Node | null>; readonly value: unknown } | undefined {
  try {
    const document = yamlDocuments(text).documents.find(({ contents }) => isMap(contents));
    return document && { map: document.contents as unknown as YAMLMap<Scalar, Node | null>, value: contentOf(document) };
  } catch (cause) {
    if (cause instanceof YamlInvalid) return undefined;
    throw cause;
  }
}

function withText(before: unknown, [key, ...rest]: Path, value: string | undefined): unknown {
  if (value === undefined && (before === null || typeof before !== 'object')) return before;
  const entries = new Map(Object.entries((before ?? {}) as Readonly<Record<string, unknown>>));
  if (rest.length > 0) {
    if (value !== undefined || entries.has(key!)) entries.set(key!, withText(entries.get(key!), rest, value));
  } else if (value === undefined) entries.delete(key!);
  else entries.set(key!, value);
  return Object.fromEntries(entries);
}
