import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { splitApiVersion } from '../../model/object';
import { isMap, type RawObject } from '../manifest';
import type { CrdSchema } from './crd-schema';
import { CrdShapes } from './crd-shapes';
import type { Kubernetes } from './kubernetes-schemas';
import { ANYTHING, type Shape } from './shape';

/** A version of a custom resource, as its definition has it. */
export interface CustomVersion {
  readonly name: string;
  readonly isServed: boolean;
  /** @default - it is not deprecated */
  readonly deprecation?: string;
  readonly shape: Shape;
}

/** A custom kind, as one CustomResourceDefinition or several in a repository define it. */
export interface CustomKind {
  readonly group: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
  /** The definition is not of the repository: a cluster may have an older or newer one. */
  readonly isShipped: boolean;
  /** By name, in the order of the definition. */
  readonly versions: ReadonlyMap<string, CustomVersion>;
}

const SHIPPED = join(__dirname, '..', '..', '..', 'crds');
const METADATA = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** Kinds that a cluster knows: Kubernetes' own, those that CustomResourceDefinitions of the repository define, and those of the agent. */
export class Schemas {
  private readonly custom = new Map<string, CustomKind>();
  private readonly shapes: CrdShapes;
  private readonly shipped = new Set<string>();

  constructor(
    readonly kubernetes: Kubernetes,
    definitions: readonly RawObject[],
  ) {
    this.shapes = new CrdShapes(kubernetes.definition(METADATA));
    for (const definition of definitions) this.define(definition);
  }

  /** Of Kubernetes' own kinds. @param kind `apps/v1/Deployment` */
  builtIn(kind: string): Shape | undefined {
    return this.kubernetes.shapeOf(kind);
  }

  /** Undefined where nothing defines it. */
  customKind(apiVersion: string, kind: string): CustomKind | undefined {
    const { group } = splitApiVersion(apiVersion);
    const key = `${group}/${kind}`;
    if (!this.custom.has(key)) this.defineShipped(group);
    return this.custom.get(key);
  }

  /** Undefined of kinds that nothing defines. */
  isNamespaced({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): boolean | undefined {
    return this.kubernetes.isNamespaced(`${apiVersion}/${kind}`) ?? this.customKind(apiVersion, kind)?.isNamespaced;
  }

  private defineShipped(group: string): void {
    if (this.shipped.has(group)) return;
    this.shipped.add(group);
    const files = readdirSync(SHIPPED).filter((name) => name.startsWith(`${group}_`));
    for (const file of files) for (const definition of loadAll(readFileSync(join(SHIPPED, file), 'utf8'))) this.define(definition as RawObject, true);
  }

  /** What a repository defines comes before what is shipped. */
  private define({ spec }: RawObject, isShipped = false): void {
    if (!isMap(spec) || !isMap(spec.names) || typeof spec.group !== 'string' || !Array.isArray(spec.versions)) return;
    const key = `${spec.group}/${spec.names.kind}`;
    const there = this.custom.get(key);
    if (there && isShipped) return;
    const versions = new Map(there?.versions);
    for (const version of spec.versions.filter(isMap)) versions.set(String(version.name), this.versionOf(version));
    this.custom.set(key, { group: spec.group, kind: String(spec.names.kind), isNamespaced: spec.scope !== 'Cluster', isShipped, versions });
  }

  private versionOf(version: { readonly [field: string]: unknown }): CustomVersion {
    const schema = isMap(version.schema) && isMap(version.schema.openAPIV3Schema) ? (version.schema.openAPIV3Schema as CrdSchema) : undefined;
    const { shapes } = this;
    let made: Shape | undefined;
    return {
      name: String(version.name),
      isServed: version.served !== false,
      ...(version.deprecated === true && { deprecation: typeof version.deprecationWarning === 'string' ? version.deprecationWarning : '' }),
      // A repository may bring hundreds of definitions, of which few kinds are used.
      get shape() {
        made ??= schema === undefined ? ANYTHING : shapeIn(schema, shapes);
        return made;
      },
    };
  }
}

/** What is wrong with a definition is told of itself. */
function shapeIn(schema: CrdSchema, shapes: CrdShapes): Shape {
  try {
    return shapes.root(schema);
  } catch {
    return ANYTHING;
  }
}
