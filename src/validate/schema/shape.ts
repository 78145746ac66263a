/** JSON values as schemas tell them apart. `quantity` and `int-or-string` are Kubernetes' own. */
export type ShapeType = 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'int-or-string' | 'quantity';

/** What a value may be, made from a schema of OpenAPI or of a CustomResourceDefinition. */
export interface Shape {
  /** @default - anything */
  readonly type?: ShapeType;
  readonly properties?: ReadonlyMap<string, Shape>;
  readonly required: readonly string[];
  /** Keys besides the properties. */
  readonly others: Shape | 'any' | 'none';
  readonly items?: Shape;
  /** Fields that tell the items of a list apart; no two items may have the same. */
  readonly listKeys?: readonly string[];
  /** Null is a value of its own, and not the same as absent. */
  readonly isNullable?: boolean;
  /** What servers check besides the structure: why a value is not allowed, after its field's name. */
  readonly limits: readonly Limit[];
}

export type Limit = (value: unknown) => string | undefined;

export const ANYTHING: Shape = { required: [], others: 'any', limits: [] };
