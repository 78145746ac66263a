import { errors } from '../common/errors';
import type { Content, ContentFile } from '../model/content';
import type { KustomizationSpec } from '../model/kustomization';
import { type ManifestObject, nameOf } from '../model/object';
import type { DocumentError, Engine } from './types';

/** What a Kustomization's folder asks for. */
export interface BuiltKustomization {
  readonly objects: readonly ManifestObject[];
  /** What could not be read: unknown objects, never absent ones. */
  readonly errors: readonly DocumentError[];
  /** Folder that holds every file that was read; its digest says whether to build again. */
  readonly scope: string;
}

/** A folder of a source. */
export interface KustomizationFolder {
  /** From the root of the source, without dots; empty for the root. */
  readonly path: string;
  readonly content: Content;
  /** All of the source: overlays reach beside their folder. */
  whole(): Promise<Content>;
}

export interface BuildChoice {
  /** Variables that are not given are errors, as in Flux with its strict substitutions; else those without a default stay as they are. @default true */
  readonly strict?: boolean;
}

const KUSTOMIZATION_FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Fields of the spec that change what kustomize builds. */
const OVERLAY = [
  ...['targetNamespace', 'namePrefix', 'nameSuffix', 'patches', 'patchesStrategicMerge', 'patchesJson6902'],
  ...['images', 'components', 'ignoreMissingComponents', 'buildMetadata'],
];

/**
 * Turns a folder into objects. One of plain YAML is read document by document, so that a broken one is alone; what needs kustomize
 * (a kustomization file, or a spec that changes objects) stands and falls as one build.
 */
export async function buildKustomization(
  engine: Engine,
  folder: KustomizationFolder,
  spec: KustomizationSpec,
  variables: Readonly<Record<string, string>>,
  options: BuildChoice = {},
): Promise<BuiltKustomization> {
  const overlay = overlayOf(spec);
  const isPlain = Object.keys(overlay).length === 0 && !folder.content.files.some(({ path }) => KUSTOMIZATION_FILES.includes(path));
  const built = isPlain ? await readPlain(engine, folder) : await kustomize(engine, await folder.whole(), folder.path, overlay);
  return await finish(engine, built, spec, variables, options.strict ?? true);
}

async function readPlain(engine: Engine, folder: KustomizationFolder): Promise<BuiltKustomization> {
  const { path, content } = folder;
  const { files, folders } = plainFiles(content.files);
  const parsed = await engine.parse(content, { files });
  const at = (file: string | undefined) => (file === undefined ? undefined : join(path, file));
  const plain = {
    objects: parsed.objects.map((object) => ({ ...object, file: at(object.file) })),
    errors: parsed.errors.map((error) => ({ ...error, file: join(path, error.file) })),
    scope: path,
  };
  if (folders.length === 0) return plain;
  const whole = await folder.whole();
  const built = await Promise.all(folders.map((one) => kustomize(engine, whole, join(path, one), {})));
  return {
    objects: [...plain.objects, ...built.flatMap(({ objects }) => objects)],
    errors: [...plain.errors, ...built.flatMap(({ errors }) => errors)],
    scope: [path, ...built.map(({ scope }) => scope)].reduce(commonFolder),
  };
}

async function kustomize(engine: Engine, whole: Content, path: string, overlay: Record<string, unknown>): Promise<BuiltKustomization> {
  const file = KUSTOMIZATION_FILES.map((name) => join(path, name)).find((name) => whole.files.some((one) => one.path === name)) ?? (path || '.');
  try {
    const { objects, scope } = await engine.build(whole, { path: path || '.', overlay });
    return { objects: objects.map((object) => ({ ...object, file: object.file ?? file })), errors: [], scope: scope === '.' ? '' : scope };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { objects: [], errors: [{ file, document: 1, message }], scope: '' };
  }
}

async function finish(
  engine: Engine,
  built: BuiltKustomization,
  { postBuild }: KustomizationSpec,
  given: Readonly<Record<string, string>>,
  strict: boolean,
): Promise<BuiltKustomization> {
  const variables = strict ? given : { ...standIns(built.objects), ...given };
  const substituted =
    postBuild !== undefined && (Object.keys(variables).length > 0 || postBuild.substituteStrategy === 'Always')
      ? await engine.substitute(built.objects, variables, { strict })
      : { objects: built.objects, errors: [] };
  const encrypted = substituted.objects.filter(isEncrypted);
  return {
    ...built,
    objects: substituted.objects.filter((object) => !encrypted.includes(object)),
    errors: [
      ...built.errors,
      ...substituted.errors,
      ...encrypted.map((object) => ({
        file: object.file ?? nameOf(object),
        document: object.document ?? 1,
        message: errors.ObjectEncrypted({ object: nameOf(object) }).message,
      })),
    ],
  };
}

/** Variables without a default, each as it is written: so they stay. */
function standIns(objects: readonly ManifestObject[]): Record<string, string> {
  const written = objects.flatMap(({ json }) => json.toString().match(/\$\{[A-Za-z_]\w*\}/g) ?? []);
  return Object.fromEntries(written.map((text) => [text.slice(2, -1), text]));
}

/** Whether more than the folder itself may be read. */
export function needsWhole(files: readonly ContentFile[], spec: KustomizationSpec): boolean {
  return Object.keys(overlayOf(spec)).length > 0 || files.some(({ path }) => KUSTOMIZATION_FILES.includes(path.slice(path.lastIndexOf('/') + 1)));
}

/** The spec's own changes, empty ones left out. */
export function overlayOf(spec: KustomizationSpec): Record<string, unknown> {
  const isSet = (value: unknown) => (Array.isArray(value) ? value.length > 0 : value !== undefined && value !== '' && value !== false);
  return Object.fromEntries(OVERLAY.map((name) => [name, spec[name]]).filter(([, value]) => isSet(value)));
}

/** YAML files to read one by one, and the topmost folders with a kustomization of their own, which stand for all that is in them. */
export function plainFiles(files: readonly ContentFile[]): { files: string[]; folders: string[] } {
  const folders = files
    .map(({ path }) => path.split('/'))
    .filter((parts) => parts.length > 1 && KUSTOMIZATION_FILES.includes(parts[parts.length - 1]))
    .map((parts) => parts.slice(0, -1).join('/'))
    .filter((folder, index, all) => all.indexOf(folder) === index);
  const topmost = folders.filter((folder) => !folders.some((other) => folder.startsWith(`${other}/`)));
  const isInside = (path: string) => topmost.some((folder) => path.startsWith(`${folder}/`));
  return { files: files.map(({ path }) => path).filter((path) => /\.ya?ml$/.test(path) && !isInside(path)), folders: topmost };
}

function isEncrypted({ kind, group, json }: ManifestObject): boolean {
  return kind === 'Secret' && group === '' && json.includes('"sops":{');
}

function join(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`;
}

function commonFolder(a: string, b: string): string {
  const [left, right] = [a.split('/'), b.split('/')];
  const differs = left.findIndex((part, index) => part !== right[index]);
  return (differs < 0 ? left : left.slice(0, differs)).join('/');
}
