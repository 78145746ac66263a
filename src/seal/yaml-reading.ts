import { isMap, isScalar, type Scalar } from 'yaml';
import { errors } from '../common/errors';
import { type YamlDocument, YamlInvalid } from '../model/yaml-documents';
import { MapReading, type Path } from './map-reading';
import { contentOf, yamlDocuments } from './yaml-documents';

/** A document that is being read, and the lines of what is wrong in it. */
export class YamlReading extends MapReading {
  private readonly document: YamlDocument;
  private readonly lineOf: (offset: number) => number;
  protected readonly root: unknown;

  constructor(
    text: string,
    private readonly path: string,
  ) {
    super();
    try {
      const { documents, lineOf } = yamlDocuments(text);
      const [document, second] = documents;
      if (document === undefined) throw new YamlInvalid(1, 'it is empty');
      if (second) throw new YamlInvalid(lineOf(second.range[0]), 'a second document begins there, and a sealed file has one');
      this.document = document;
      this.lineOf = lineOf;
      this.root = contentOf(document);
    } catch (cause) {
      if (!(cause instanceof YamlInvalid)) throw cause;
      throw errors.SealedFileInvalid({ file: path, line: cause.line, reason: cause.reason });
    }
    if (!isMap(this.document.contents)) this.fail([], 'it is no object');
  }

  fail(path: Path, reason: string): never {
    throw errors.SealedFileInvalid({ file: this.path, line: this.lineOf(this.offsetOf(path)), reason });
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
}
