import { formatLimit } from './formats';
import { ANYTHING, type Shape, type ShapeType } from './shape';

/** A schema of Kubernetes' OpenAPI document, with what validation needs. */
export interface OpenApiSchema {
  readonly type?: string;
  readonly format?: string;
  /** Name of a definition. */
  readonly $ref?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly additionalProperties?: OpenApiSchema;
  readonly items?: OpenApiSchema;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
}

const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const ANY_OBJECT = new Set([
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1',
  'io.k8s.apimachinery.pkg.runtime.RawExtension',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Patch',
]);

/** Shapes of definitions, each made when it is first needed. Definitions may hold one another. */
export class Shapes {
  private readonly made = new Map<string, Shape>();

  constructor(private readonly definition: (name: string) => OpenApiSchema | undefined) {}

  named(name: string): Shape {
    const known = this.made.get(name);
    if (known) return known;
    const schema = this.definition(name);
    if (schema === undefined) return ANYTHING;
    // In the map before its properties are made: one of them may be of its own kind.
    const shape = {} as Shape;
    this.made.set(name, shape);
    return Object.assign(shape, this.make(name, schema));
  }

  private make(name: string, schema: OpenApiSchema): Shape {
    if (name === QUANTITY) return { ...ANYTHING, type: 'quantity', limits: formatLimit('quantity') };
    if (ANY_OBJECT.has(name)) return { ...ANYTHING, type: 'object' };
    return this.of(schema);
  }

  private of(schema: OpenApiSchema): Shape {
    if (schema.$ref !== undefined) return this.named(schema.$ref);
    const { type, format, required = [], properties, additionalProperties, items } = schema;
    return {
      type: (format === 'int-or-string' ? format : type) as ShapeType | undefined,
      properties: properties && new Map(Object.entries(properties).map(([name, property]) => [name, this.of(property)])),
      required,
      others: additionalProperties ? this.of(additionalProperties) : properties ? 'none' : 'any',
      items: items && this.of(items),
      listKeys: schema['x-kubernetes-list-map-keys'],
      limits: formatLimit(format),
    };
  }
}
