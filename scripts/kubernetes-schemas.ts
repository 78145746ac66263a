import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { KubernetesSchemas, OpenApiSchema } from '../src/validate/schema/kubernetes-schemas';
import { apiLifecycle } from './api-lifecycle';
import { moduleFolder } from './module-folder';

/** Releases of Kubernetes whose schemas ship, the newest patch of each minor. */
export const KUBERNETES_RELEASES = ['v1.30.14', 'v1.31.14', 'v1.32.13', 'v1.33.13', 'v1.34.4', 'v1.35.4', 'v1.36.3'] as const;

interface Swagger {
  readonly definitions: Readonly<Record<string, SwaggerSchema>>;
  readonly paths: Readonly<Record<string, PathItem>>;
}
interface SwaggerSchema extends OpenApiSchema {
  readonly 'x-kubernetes-group-version-kind'?: readonly GroupVersionKind[];
}
interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}
type PathItem = Readonly<Record<string, { readonly 'x-kubernetes-group-version-kind'?: GroupVersionKind; readonly 'x-kubernetes-action'?: string }>>;

/** What ships in schemas/kubernetes, by path from the root of the repository. */
export async function kubernetesFiles(say: (line: string) => void): Promise<ReadonlyMap<string, string | Buffer>> {
  const definitions = Buffer.from(JSON.stringify(await kubernetesSchemas(say)));
  return new Map<string, string | Buffer>([
    ['schemas/kubernetes/definitions.json.br', brotliCompressSync(definitions, { params: { [constants.BROTLI_PARAM_LGWIN]: 24 } })],
    ['schemas/kubernetes/api-lifecycle.json', `${JSON.stringify(await apiLifecycle(say), null, 1)}\n`],
  ]);
}

/** All definitions of all releases, each text once: most of them are the same from release to release. */
export async function kubernetesSchemas(say: (line: string) => void): Promise<KubernetesSchemas> {
  const definitions: { [name: string]: OpenApiSchema[] } = {};
  const versions: { [minor: string]: KubernetesSchemas['versions'][string] } = {};
  for (const release of KUBERNETES_RELEASES) {
    say(`k8s.io/kubernetes@${release}`);
    const swagger = JSON.parse(await readFile(join(await moduleFolder('k8s.io/kubernetes', release), 'api', 'openapi-spec', 'swagger.json'), 'utf8'));
    versions[release.slice(1).split('.', 2).join('.')] = versionOf(swagger, definitions);
  }
  return { definitions: sorted(definitions), versions };
}

function versionOf(swagger: Swagger, definitions: { [name: string]: OpenApiSchema[] }): KubernetesSchemas['versions'][string] {
  const chosen: { [name: string]: number } = {};
  const kinds: { [kind: string]: string } = {};
  for (const [name, definition] of Object.entries(swagger.definitions)) {
    const schema = bare(definition);
    definitions[name] ??= [];
    const variants = definitions[name];
    const there = variants.findIndex((variant) => JSON.stringify(variant) === JSON.stringify(schema));
    chosen[name] = there < 0 ? variants.push(schema) - 1 : there;
    for (const kind of definition['x-kubernetes-group-version-kind'] ?? []) kinds[keyOf(kind)] = name;
  }
  return { definitions: sorted(chosen), kinds: sorted(kinds), namespaced: namespacedKinds(swagger.paths) };
}

const KEPT = ['type', 'format', '$ref', 'required', 'additionalProperties', 'items', 'properties', 'x-kubernetes-list-map-keys'] as const;

/** Without descriptions and what only servers need. */
function bare(schema: SwaggerSchema): OpenApiSchema {
  const kept = KEPT.filter((field) => schema[field] !== undefined).map((field) => {
    const value = schema[field];
    if (field === '$ref') return [field, (value as string).replace('#/definitions/', '')];
    if (field === 'properties') return [field, Object.fromEntries(Object.entries(value as object).map(([name, property]) => [name, bare(property)]))];
    return [field, typeof value === 'object' && !Array.isArray(value) ? bare(value as SwaggerSchema) : value];
  });
  return Object.fromEntries(kept);
}

/** Kinds that are created in a namespace. */
function namespacedKinds(paths: Swagger['paths']): string[] {
  const found = Object.entries(paths).flatMap(([path, item]) => {
    const kind =
      path.includes('/namespaces/{namespace}/') && item.post?.['x-kubernetes-action'] === 'post' && item.post['x-kubernetes-group-version-kind'];
    return kind && !path.endsWith('}/binding') && /\/namespaces\/\{namespace\}\/[^/]+$/.test(path) ? [keyOf(kind)] : [];
  });
  return [...new Set(found)].sort();
}

function keyOf({ group, version, kind }: GroupVersionKind): string {
  return `${group === '' ? '' : `${group}/`}${version}/${kind}`;
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
