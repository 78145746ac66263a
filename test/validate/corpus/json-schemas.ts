import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly format?: string;
  readonly type?: string | readonly string[];
  readonly [keyword: string]: unknown;
}
interface Swagger {
  readonly definitions: Readonly<Record<string, JsonSchema>>;
}
interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** How kubeconform finds the files that are written here. */
export const SCHEMA_FILES = '{{ .ResourceKind }}{{ .KindSuffix }}.json';

/**
 * Writes Kubernetes' own OpenAPI document for kubeconform, as the schemas that it fetches are made of it: no unknown fields, quantities as numbers too.
 * @see https://github.com/yannh/kubernetes-json-schema
 */
export function writeKubernetes(folder: string, swagger: Swagger): void {
  mkdirSync(folder, { recursive: true });
  const definitions = Object.fromEntries(Object.entries(swagger.definitions).map(([name, schema]) => [name, strict(schema)]));
  definitions['io.k8s.apimachinery.pkg.api.resource.Quantity'] = { oneOf: [{ type: 'string' }, { type: 'number' }] };
  definitions['io.k8s.apimachinery.pkg.util.intstr.IntOrString'] = { oneOf: [{ type: 'string' }, { type: 'integer' }] };
  writeFileSync(join(folder, '_definitions.json'), JSON.stringify({ definitions }));
  for (const [name, schema] of Object.entries(swagger.definitions)) {
    for (const kind of (schema['x-kubernetes-group-version-kind'] as readonly GroupVersionKind[] | undefined) ?? []) {
      writeFileSync(join(folder, fileOf(kind)), JSON.stringify({ $ref: `_definitions.json#/definitions/${name}` }));
    }
  }
}

/** The same of a CustomResourceDefinition. */
export function writeDefinition(
  folder: string,
  { spec }: { readonly spec: { group: string; names: { kind: string }; versions: { name: string; schema: { openAPIV3Schema: JsonSchema } }[] } },
): void {
  for (const { name, schema } of spec.versions) {
    const file = fileOf({ group: spec.group, version: name, kind: spec.names.kind });
    writeFileSync(join(folder, file), JSON.stringify(strict(schema.openAPIV3Schema)));
  }
}

/** kubeconform names the group by its first part. */
function fileOf({ group, version, kind }: GroupVersionKind): string {
  return [kind, ...(group === '' ? [] : [group.split('.')[0]]), version].join('-').toLowerCase().concat('.json');
}

function strict(schema: JsonSchema): JsonSchema {
  const { properties, additionalProperties, items } = schema;
  if (schema.format === 'int-or-string' || schema['x-kubernetes-int-or-string']) return { oneOf: [{ type: 'string' }, { type: 'integer' }] };
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true || properties === undefined || additionalProperties !== undefined;
  return {
    ...schema,
    ...(typeof schema.$ref === 'string' && { $ref: schema.$ref.replace('#/definitions/', '_definitions.json#/definitions/') }),
    ...(properties && { properties: Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, strict(property)])) }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: strict(additionalProperties) }),
    ...(items && { items: strict(items) }),
    ...(!isOpen && { additionalProperties: false }),
  };
}
