import { ApiObject, type App } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { errors, type FairleadError } from '../common/errors';
import { nameOf, splitApiVersion } from '../model/object';
import { filePath, layerPath } from './file-name';
import { type Placement, placementOf } from './placement';
import { Problems } from './problems';
import { findSecret, isPlainSecret, isPlainSecretAllowed } from './secrets';
import { keepingTokens, resolveTokens, TokenLeftError } from './tokens';
import { type Printable, printYaml } from './yaml';

/** A file as synth wants it. */
export interface RenderedFile {
  /** In the output folder, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Path of the construct it came from. */
  readonly construct: string;
  /** Folder names of its cluster and layer, which name its ownership file. */
  readonly layer: string;
}

/**
 * Every object of an app as a file, sorted by path. Pure: the same app gives the same bytes.
 * @throws FairleadError with all problems of all constructs
 */
export function renderApp(app: App): RenderedFile[] {
  const constructs = app.node.findAll();
  const problems = new Problems();
  for (const construct of constructs) {
    for (const message of construct.node.validate()) problems.add(construct.node.path, message);
  }
  // An app that is wrong in itself often cannot be printed either, and saying so twice helps nobody.
  problems.throwIfAny();

  const files = new Files(problems);
  for (const construct of constructs) {
    if (ApiObject.isApiObject(construct)) files.add(construct);
  }
  problems.throwIfAny();
  return files.sorted();
}

class Files {
  private readonly byPath = new Map<string, RenderedFile & { readonly object: string }>();

  constructor(private readonly problems: Problems) {}

  add(source: ApiObject): void {
    for (const object of this.objectsOf(source)) this.addObject(source, object);
  }

  sorted(): RenderedFile[] {
    return [...this.byPath.values()]
      .map(({ path, text, construct, layer }) => ({ path, text, construct, layer }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** A List is its items: each has a file, as each is applied by itself. */
  private objectsOf(source: ApiObject): JsonObject[] {
    const json = this.attempt(source, () => keepingTokens(() => source.toJson() as JsonObject));
    if (!json) return [];
    const resolved = this.attempt(source, () => resolveTokens(json) as JsonObject);
    if (!resolved) return [];
    return json.kind.endsWith('List') && Array.isArray(resolved.items) ? (resolved.items as JsonObject[]) : [resolved];
  }

  private addObject(source: ApiObject, object: JsonObject): void {
    const { path: construct } = source.node;
    const refuse = (problem: FairleadError) => this.problems.add(construct, problem);
    if (!object.metadata?.name) {
      refuse(errors.ObjectNameless({ kind: object.kind }));
      return;
    }
    const { group } = splitApiVersion(object.apiVersion);
    const id = { group, kind: object.kind, namespace: object.metadata.namespace ?? '', name: object.metadata.name };
    const name = nameOf(id);

    const placement = placementOf(source);
    if (!placement) {
      refuse(errors.ObjectOutsideLayer({ object: name }));
      return;
    }
    const secret = isPlainSecretAllowed(source, id.name) ? undefined : secretProblem(object, name);
    if (secret) refuse(secret);

    const path = filePath(placement, id);
    const other = this.byPath.get(path);
    if (other) refuse(takenProblem(other, { object: name, path, placement }));
    else this.byPath.set(path, { path, text: printYaml(object), construct, layer: layerPath(placement).join('/'), object: name });
  }

  private attempt<T>(source: IConstruct, run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      const problem =
        error instanceof TokenLeftError ? errors.TokenLeft({ field: error.field }) : errors.ObjectInvalid({ reason: (error as Error).message });
      this.problems.add(source.node.path, problem);
      return undefined;
    }
  }
}

type JsonObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name?: string; readonly namespace?: string };
  readonly [field: string]: Printable;
};

function secretProblem(object: JsonObject, name: string): FairleadError | undefined {
  if (isPlainSecret(object)) return errors.PlainSecret({ object: name });
  // Definitions describe formats and give examples of them.
  if (object.kind === 'CustomResourceDefinition') return undefined;
  const found = findSecret(object);
  return found && errors.SecretFound({ object: name, ...found });
}

interface Claim {
  readonly object: string;
  readonly path: string;
  readonly placement: Placement;
}

function takenProblem(other: { readonly construct: string; readonly object: string }, { object, path, placement }: Claim): FairleadError {
  return other.object === object
    ? errors.ObjectTwice({ object, layer: `${placement.cluster}/${placement.layer}`, other: other.construct })
    : errors.FileTaken({ object, file: path, other: `${other.object} (${other.construct})` });
}
