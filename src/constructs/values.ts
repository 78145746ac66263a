import { mergeMaps } from './maps';

/** All of a type optional, at any depth; null takes a default away. */
export type DeepPartial<T> = T extends readonly unknown[] ? T : T extends object ? { readonly [K in keyof T]?: DeepPartial<T[K]> | null } : T;

/** Values of Helm charts. */
export class Values {
  /**
   * Merges values as Helm merges values files, later ones over earlier ones: maps merge, everything else is replaced, lists whole.
   * A null stays in the result and has Helm take away the chart's default. Undefined is as if it were not written.
   */
  public static merge<T extends object>(...layers: (DeepPartial<T> | undefined)[]): DeepPartial<T> {
    return layers.reduce<object>(mergeMaps, {}) as DeepPartial<T>;
  }

  private constructor() {}
}
