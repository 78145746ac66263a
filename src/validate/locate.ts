import { isMap, isPair, isSeq, type Node } from 'yaml';
import { readYaml, YamlInvalid, type YamlText } from '../model/yaml-documents';
import type { Finding } from './finding';
import type { Field } from './schema/field';

/** Lines of the fields of one file. It is parsed when it is first asked: few files have findings. */
export class FieldLines {
  private parsed: YamlText | undefined;

  constructor(private readonly text: string) {}

  /**
   * Line of a field or, where it is missing, of what it is missing from; from 1.
   * @param document from 1
   * @param object of a List: its kind and name, as it is one of the items
   */
  lineOf(document: number, field: Field, object: { readonly kind: string; readonly name?: string }): number | undefined {
    try {
      this.parsed ??= readYaml(this.text, { uniqueKeys: false, version: '1.1', merge: true });
    } catch (error) {
      if (error instanceof YamlInvalid) return undefined;
      throw error;
    }
    const { documents, lineOf } = this.parsed;
    const root = documents[document - 1]?.contents;
    if (!root) return undefined;
    const start = itemOf(root, object) ?? root;
    const offset = offsetOf(start, field);
    return offset === undefined ? undefined : lineOf(offset);
  }
}

/** The item of a List that the object is. */
function itemOf(root: Node, { kind, name }: { readonly kind: string; readonly name?: string }): Node | undefined {
  if (!isMap(root) || root.get('kind') === kind) return undefined;
  const items = root.get('items');
  if (!isSeq(items)) return undefined;
  return items.items.find((item) => isMap(item) && item.get('kind') === kind && item.getIn(['metadata', 'name']) === name) as Node | undefined;
}

function offsetOf(start: Node, field: Field): number | undefined {
  let node: unknown = start;
  let offset = start.range?.[0];
  for (const part of field) {
    if (isMap(node)) {
      const pair: unknown = node.items.find(({ key }) => String((key as { readonly value?: unknown } | null)?.value) === String(part));
      if (!isPair(pair)) return offset;
      offset = (pair.key as Node | null)?.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof part === 'number') {
      node = node.items[part];
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
}

/** Findings with the lines they are at, by file and line. Only files with findings are read for it. */
export function withLines(findings: readonly Finding[], texts: ReadonlyMap<string, string>): Finding[] {
  const known = new Map<string, FieldLines>();
  const located = findings.map((finding): Finding => {
    const { file, document, field, object, release } = finding;
    if (finding.line !== undefined || object === undefined) return finding;
    const lines = known.get(file) ?? new FieldLines(texts.get(file) ?? '');
    known.set(file, lines);
    const [kind, ...rest] = object.split('/');
    // What a chart makes has no line of its own but that of its release.
    const line =
      release === undefined ? lines.lineOf(document, field, { kind, name: rest.at(-1) }) : lines.lineOf(document, [], { kind: 'HelmRelease' });
    return line === undefined ? finding : { ...finding, line };
  });
  return located.sort((a, b) => compare(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
