import { isNode, isScalar, visit } from 'yaml';
import { readYaml, type YamlDocument, YamlInvalid } from '../model/yaml-documents';

/** The documents of a text that are not empty, and the lines of what stands in them. */
export interface YamlDocuments {
  readonly documents: readonly YamlDocument[];
  /** From 1. */
  lineOf(offset: number): number;
}

/** @throws YamlInvalid also where a key is no text */
export function yamlDocuments(text: string): YamlDocuments {
  const { documents, lineOf } = readYaml(text);
  for (const document of documents) {
    visit(document, {
      Pair(_, { key }) {
        // Of `0x10` one reader makes another text than the next.
        if (!isScalar(key) || typeof key.value !== 'string')
          throw new YamlInvalid(lineOf((isNode(key) && key.range?.[0]) || document.range[0]), 'a key is no text');
      },
    });
  }
  return { documents: documents.filter(({ contents }) => contents !== null && !(isScalar(contents) && contents.value === null)), lineOf };
}

/** @throws YamlInvalid */
export function contentOf(document: YamlDocument): unknown {
  try {
    return document.toJS();
  } catch {
    throw new YamlInvalid(1, 'its aliases cannot be resolved');
  }
}
