import { isScalar, visit } from 'yaml';
import type { YamlText } from '../model/yaml-documents';

export interface DuplicateKey {
  readonly key: string;
  /** Of the second, from 1. */
  readonly line: number;
  /** From 1. */
  readonly document: number;
}

/** Keys that stand twice in one map of a text. */
export function duplicateKeys({ documents, lineOf }: YamlText): DuplicateKey[] {
  const found: DuplicateKey[] = [];
  documents.forEach((document, index) => {
    visit(document, {
      Map(_, map) {
        const seen = new Set<string>();
        for (const { key } of map.items) {
          if (!isScalar(key)) continue;
          const text = String(key.value);
          if (seen.has(text) && text !== '<<') found.push({ key: text, line: lineOf(key.range?.[0] ?? 0), document: index + 1 });
          seen.add(text);
        }
      },
    });
  });
  return found;
}
