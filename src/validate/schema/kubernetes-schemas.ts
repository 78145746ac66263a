import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { type OpenApiSchema, Shapes } from './openapi-shapes';
import type { Shape } from './shape';

export type { OpenApiSchema };

/** What ships as `schemas/kubernetes/definitions.json.br`: made by `npm run generate` from Kubernetes' own OpenAPI documents. */
export interface KubernetesSchemas {
  /** Every text a definition has had, by its name. */
  readonly definitions: Readonly<Record<string, readonly OpenApiSchema[]>>;
  /** By minor version, `1.36`. */
  readonly versions: Readonly<Record<string, KubernetesVersion>>;
}

interface KubernetesVersion {
  /** Which of its texts a definition has in this version. */
  readonly definitions: Readonly<Record<string, number>>;
  /** Name of the definition of a kind, by `apps/v1/Deployment`. */
  readonly kinds: Readonly<Record<string, string>>;
  /** Kinds whose objects are in a namespace. */
  readonly namespaced: readonly string[];
}

const FILE = join(__dirname, '..', '..', '..', 'schemas', 'kubernetes', 'definitions.json.br');

let shipped: KubernetesSchemas | undefined;

/** What one version of Kubernetes serves by itself. */
export class Kubernetes {
  private readonly shapes: Shapes;
  private readonly namespaced: ReadonlySet<string>;

  /** Versions whose schemas ship, oldest first. */
  static versions(): readonly string[] {
    return Object.keys(load().versions).sort((a, b) => minorOf(a) - minorOf(b));
  }

  /** The shipped version that is nearest to the one asked for, such as `1.36` or `v1.36.3-gke.100`; the newest where none is asked for. */
  static near(asked?: string): Kubernetes {
    const versions = Kubernetes.versions();
    const minor = asked === undefined ? undefined : minorOf(asked);
    const found = minor === undefined || Number.isNaN(minor) ? undefined : versions.findLast((version) => minorOf(version) <= minor);
    return new Kubernetes(found ?? (minor === undefined || Number.isNaN(minor) ? versions[versions.length - 1] : versions[0]));
  }

  private readonly schemas: KubernetesVersion;

  private constructor(
    /** Such as `1.36`. */
    readonly version: string,
  ) {
    const { definitions, versions } = load();
    this.schemas = versions[version];
    this.namespaced = new Set(this.schemas.namespaced);
    this.shapes = new Shapes((name) => definitions[name]?.[this.schemas.definitions[name]]);
  }

  /** @param kind `apps/v1/Deployment` */
  shapeOf(kind: string): Shape | undefined {
    return Object.hasOwn(this.schemas.kinds, kind) ? this.shapes.named(this.schemas.kinds[kind]) : undefined;
  }

  /** Of any definition, such as the metadata that every object has. */
  definition(name: string): Shape {
    return this.shapes.named(name);
  }

  /** Undefined for a kind that this version does not serve by itself. */
  isNamespaced(kind: string): boolean | undefined {
    return Object.hasOwn(this.schemas.kinds, kind) ? this.namespaced.has(kind) : undefined;
  }

  /** `apps/v1/Deployment` and all others. */
  get kinds(): readonly string[] {
    return Object.keys(this.schemas.kinds);
  }
}

/** The number after the first dot: 36 of `1.36`. */
export function minorOf(version: string): number {
  return Number(/^v?1\.(\d+)/.exec(version)?.[1]);
}

function load(): KubernetesSchemas {
  shipped ??= JSON.parse(brotliDecompressSync(readFileSync(FILE)).toString()) as KubernetesSchemas;
  return shipped;
}
