import { ApiObject, type App } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { errors, type FairleadError } from '../common/errors';
import { nameOf, type ObjectId, splitApiVersion } from '../model/object';
import { type DerivedUse, derivedUses } from './derived';
import { filePath, layerPath } from './file-name';
import { lockBookOf } from './locks';
import { type Placement, placementOf } from './placement';
import { printedText } from './printed-object';
import { Problems } from './problems';
import { secretUseProblems } from './secret-problems';
import { findSecret, isPlainSecret, isPlainSecretAllowed, withoutSealed } from './secrets';
import { hasToken, keepingTokens, resolveText, resolveTokens, TokenLeftError } from './tokens';
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

/** An app as files. */
export interface Rendering {
  /** Sorted by path. */
  readonly files: readonly RenderedFile[];
  /** Where versions are computed with. Their policies have markers in locks alone. */
  readonly derived: readonly ObjectUse[];
}

/** A place in an object where a version is part of a value. */
export interface ObjectUse extends DerivedUse {
  /** Path of the construct the object came from. */
  readonly construct: string;
  /** Such as `HelmRelease/dev/podinfo`. */
  readonly object: string;
}

/**
 * Every object of an app as a file. Pure: the same app and locks give the same bytes.
 * @throws FairleadError with all problems of all constructs
 */
export function renderApp(app: App): Rendering {
  const constructs = app.node.findAll();
  const problems = new Problems();
  for (const construct of constructs) {
    for (const message of construct.node.validate()) problems.add(construct.node.path, message);
  }
  const book = lockBookOf(app);
  for (const unreadable of book?.unreadable(clustersIn(constructs)) ?? []) problems.add('', unreadable);
  // An app that is wrong in itself often cannot be printed either, and saying so twice helps nobody.
  problems.throwIfAny();

  const objects = constructs.filter((construct): construct is ApiObject => ApiObject.isApiObject(construct));
  const sources = objects.filter((object) => printedText(object) === undefined);
  const printed = sources.flatMap((source) => attempt(problems, source, () => ({ source, json: toJson(source) })) ?? []);
  // What is computed with anywhere is marked nowhere, so all objects are looked at before the first is written.
  const derived = printed.flatMap(({ source, json }) => usesIn(source, json));
  const unmarked = new Set(derived.map(({ policy }) => policy));
  if (book) book.derived = unmarked;

  for (const { source, json } of printed) {
    for (const problem of secretUseProblems(json, placementOf(source)?.cluster)) problems.add(source.node.path, problem);
  }
  const files = new Files(problems);
  for (const { source, json } of printed) {
    const resolved = attempt(problems, source, () => resolveTokens(json, unmarked) as JsonObject);
    if (resolved) files.add(source, resolved);
  }
  for (const object of objects) files.addPrinted(object);
  problems.throwIfAny();
  return { files: files.sorted(), derived };
}

/** Clusters that the placements of constructs name. */
export function clustersIn(constructs: readonly IConstruct[]): ReadonlySet<string> {
  return new Set(constructs.flatMap((construct) => placementOf(construct)?.cluster ?? []));
}

function toJson(source: ApiObject): JsonObject {
  return keepingTokens(() => source.toJson() as JsonObject);
}

function usesIn(source: ApiObject, json: JsonObject): ObjectUse[] {
  const uses = derivedUses(json);
  if (uses.length === 0) return [];
  const { namespace = '', name = '' } = json.metadata ?? {};
  const object = resolveText(nameOf({ kind: json.kind, namespace, name }));
  return uses.map((use) => ({ ...use, field: resolveText(use.field), construct: source.node.path, object }));
}

function attempt<T>(problems: Problems, source: IConstruct, run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    const problem =
      error instanceof TokenLeftError ? errors.TokenLeft({ field: error.field }) : errors.ObjectInvalid({ reason: (error as Error).message });
    problems.add(source.node.path, problem);
    return undefined;
  }
}

class Files {
  private readonly byPath = new Map<string, RenderedFile & { readonly object: string }>();

  constructor(private readonly problems: Problems) {}

  /** A List is its items: each has a file, as each is applied by itself. */
  add(source: ApiObject, object: JsonObject): void {
    const objects = object.kind.endsWith('List') && Array.isArray(object.items) ? (object.items as JsonObject[]) : [object];
    for (const one of objects) this.addObject(source, one);
  }

  /** What is printed already is written as it is. */
  addPrinted(source: ApiObject): void {
    const text = printedText(source);
    if (text === undefined) return;
    const { apiVersion, kind, name } = source;
    this.place(source, { ...splitApiVersion(apiVersion), kind, namespace: '', name }, () => text);
  }

  sorted(): RenderedFile[] {
    return [...this.byPath.values()]
      .map(({ path, text, construct, layer }) => ({ path, text, construct, layer }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  private addObject(source: ApiObject, object: JsonObject): void {
    if (!object.metadata?.name) {
      this.problems.add(source.node.path, errors.ObjectNameless({ kind: object.kind }));
      return;
    }
    const id = { ...splitApiVersion(object.apiVersion), kind: object.kind, namespace: object.metadata.namespace ?? '', name: object.metadata.name };
    const secret = isPlainSecretAllowed(source, id.name) ? undefined : secretProblem(object, nameOf(id));
    if (secret) this.problems.add(source.node.path, secret);
    this.place(source, id, () => printYaml(object));
  }

  private place(source: ApiObject, id: ObjectId, print: () => string): void {
    const { path: construct } = source.node;
    const refuse = (problem: FairleadError) => this.problems.add(construct, problem);
    const name = nameOf(id);
    const placement = placementOf(source);
    if (!placement) {
      refuse(errors.ObjectOutsideLayer({ object: name }));
      return;
    }
    const path = filePath(placement, id);
    if (hasToken(path)) {
      refuse(errors.VersionComputed({ field: 'the cluster or layer', construct }));
      return;
    }
    const other = this.byPath.get(path);
    if (other) refuse(takenProblem(other, { object: name, path, placement }));
    else this.byPath.set(path, { path, text: print(), construct, layer: layerPath(placement).join('/'), object: name });
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
  const found = findSecret(object) && findSecret(withoutSealed(object));
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
