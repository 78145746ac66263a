import { ApiObject } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { load } from 'js-yaml';

// A registered symbol, so that two copies of the package in one program agree.
const TEXT = Symbol.for('fairlead.PrintedObject');

/** An object whose YAML is there already, and long: it is written as it is, neither read nor printed. */
export class PrintedObject extends ApiObject {
  constructor(
    scope: Construct,
    id: string,
    { text, ...object }: { readonly apiVersion: string; readonly kind: string; readonly metadata: { readonly name: string }; readonly text: string },
  ) {
    super(scope, id, object);
    Object.defineProperty(this, TEXT, { value: text });
  }

  /** For cdk8s' own printing. */
  override toJson(): object {
    return load(printedText(this)!) as object;
  }
}

/** YAML of an object that is printed already. */
export function printedText(construct: IConstruct): string | undefined {
  return (construct as IConstruct & { readonly [TEXT]?: string })[TEXT];
}
