import { checkShape } from './check-shape';
import type { CrdSchema } from './crd-schema';
import { fieldText } from './field';
import { formatLimit } from './formats';
import { ANYTHING, type Limit, type Shape, type ShapeType } from './shape';
import { valueLimits } from './value-limits';

/** Forms within forms beyond this restrict nothing here: each level doubles what there is to try. */
const DEEPEST_FORMS = 8;

/** Shapes of custom resources. Rules in CEL are the API server's alone. */
export class CrdShapes {
  /** @param metadata of every object */
  constructor(private readonly metadata: Shape) {}

  /** Of whole objects: what of them every object has is Kubernetes' own. */
  root(schema: CrdSchema): Shape {
    return this.resource(schema, this.of(schema));
  }

  /** @param forms how many schemas that only restrict are around it */
  private of(schema: CrdSchema, forms = 0): Shape {
    const { properties, items, required = [] } = schema;
    const made = properties && Object.entries(properties).map(([name, property]): [string, Shape] => [name, this.of(property, forms)]);
    const shape: Shape = {
      type: typeOf(schema),
      properties: made && new Map(made),
      // The server fills in what has a default before it looks.
      required: required.filter((name) => properties?.[name]?.default === undefined),
      others: othersOf(schema, forms > 0, (other) => this.of(other, forms)),
      items: items && this.of(items, forms),
      listKeys: schema['x-kubernetes-list-type'] === 'map' ? schema['x-kubernetes-list-map-keys'] : undefined,
      isNullable: schema.nullable === true,
      limits: [...formatLimit(schema.format), ...valueLimits(schema), ...(forms < DEEPEST_FORMS ? this.junctors(schema, forms + 1) : [])],
    };
    return schema['x-kubernetes-embedded-resource'] ? this.resource(schema, shape) : shape;
  }

  private resource(schema: CrdSchema, shape: Shape): Shape {
    const own: [string, Shape][] = [
      ['apiVersion', TEXT],
      ['kind', TEXT],
      ['metadata', this.metadata],
    ];
    const others = schema['x-kubernetes-preserve-unknown-fields'] || (schema.properties === undefined && shape.others === 'any') ? 'any' : 'none';
    return { ...shape, type: 'object', properties: new Map([...(shape.properties ?? []), ...own]), others };
  }

  /** Schemas within allOf and its siblings restrict values and add no fields. */
  private junctors({ allOf = [], anyOf = [], oneOf = [], not }: CrdSchema, forms: number): Limit[] {
    const compiled = (schemas: readonly CrdSchema[]) => schemas.map((schema) => this.of(schema, forms));
    const [all, any, one] = [allOf, anyOf, oneOf].map(compiled);
    const limits: Limit[] = all.map((shape) => (value) => firstProblem(value, shape));
    if (any.length > 0) limits.push((value) => (any.some((shape) => fits(value, shape)) ? undefined : firstProblem(value, any[0])));
    if (one.length > 0) {
      limits.push((value) => {
        const count = one.filter((shape) => fits(value, shape)).length;
        return count === 1 ? undefined : count === 0 ? firstProblem(value, one[0]) : 'fits several of the forms of which it must have one';
      });
    }
    if (not) {
      const forbidden = this.of(not, forms);
      limits.push((value) => (fits(value, forbidden) ? 'has a form that is not allowed' : undefined));
    }
    return limits;
  }
}

const TEXT: Shape = { ...ANYTHING, type: 'string' };

function typeOf(schema: CrdSchema): ShapeType | undefined {
  return schema['x-kubernetes-int-or-string'] ? 'int-or-string' : (schema.type as ShapeType | undefined);
}

function othersOf(schema: CrdSchema, isValidation: boolean, of: (schema: CrdSchema) => Shape): Shape['others'] {
  const { additionalProperties, properties } = schema;
  if (typeof additionalProperties === 'object') return of(additionalProperties);
  if (schema['x-kubernetes-preserve-unknown-fields'] || isValidation || additionalProperties === true) return 'any';
  return properties !== undefined || schema.type === 'object' ? 'none' : 'any';
}

function fits(value: unknown, shape: Shape): boolean {
  return checkShape(value, shape).length === 0;
}

function firstProblem(value: unknown, shape: Shape): string | undefined {
  const [problem] = checkShape(value, shape);
  if (problem === undefined) return undefined;
  return problem.field.length === 0 ? problem.message : `${fieldText(problem.field)} ${problem.message}`;
}
