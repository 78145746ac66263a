import type { IConstruct } from 'constructs';

/**
 * Marks what a class makes, so that it is known across copies of the package in one program, where `instanceof` is not.
 * @internal
 */
export class Brand<T> {
  private readonly symbol: symbol;

  constructor(name: string) {
    this.symbol = Symbol.for(`fairlead.${name}`);
  }

  mark(value: T & object): void {
    Object.defineProperty(value, this.symbol, { value: true });
  }

  isOn(value: unknown): value is T {
    return typeof value === 'object' && value !== null && this.symbol in value;
  }

  /** The construct itself, or the nearest one above it, that has this brand. */
  nearest(construct: IConstruct): T | undefined {
    for (let scope: IConstruct | undefined = construct; scope; scope = scope.node.scope) {
      if (this.isOn(scope)) return scope;
    }
    return undefined;
  }
}
