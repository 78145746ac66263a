import { errors } from '../../common/errors';
import { normalPath } from '../../git/listing';
import type { ContentFile } from '../../model/content';
import { type ManifestObject, nameOf } from '../../model/object';
import type { DocumentError, Engine } from '../../render/types';
import type { SourceContent, SourceRef, Sources } from '../source/types';
import type { Kustomization, KustomizationSpec } from './kustomization';

/** What a source's content at a path asks for. */
export interface Desired {
  readonly revision: string;
  readonly objects: readonly ManifestObject[];
  /** What could not be read: unknown objects, never absent ones. */
  readonly errors: readonly DocumentError[];
  /** Folder that holds every file that was read; its digest says whether to build again. */
  readonly scope: string;
}

const KUSTOMIZATION_FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Fields of the spec that change what kustomize builds. */
const OVERLAY = [
  ...['targetNamespace', 'namePrefix', 'nameSuffix', 'patches', 'patchesStrategicMerge', 'patchesJson6902'],
  ...['images', 'components', 'ignoreMissingComponents', 'buildMetadata'],
];

/**
 * Turns content into objects. A folder of plain YAML is read document by document, so that a broken one is alone; what needs kustomize
 * (a kustomization file, or a spec that changes objects) stands and falls as one build.
 */
export class Builder {
  constructor(
    private readonly sources: Sources,
    private readonly engine: Engine,
  ) {}

  /** Throws what the source throws. */
  async build(source: SourceRef, spec: KustomizationSpec, variables: Readonly<Record<string, string>>): Promise<Desired> {
    const path = normalPath(spec.path ?? '');
    const content = await this.sources.content(source, path);
    const overlay = overlayOf(spec);
    const isPlain = Object.keys(overlay).length === 0 && !content.files.some(({ path: file }) => KUSTOMIZATION_FILES.includes(file));
    const built = isPlain ? await this.readPlain(source, path, content) : await this.kustomize(await this.whole(source, content), path, overlay);
    return await this.finish({ ...built, revision: content.revision }, spec, variables);
  }

  private async readPlain(source: SourceRef, path: string, content: SourceContent): Promise<Omit<Desired, 'revision'>> {
    const { files, folders } = plainFiles(content.files);
    const parsed = await this.engine.parse(content, { files });
    const at = (file: string | undefined) => (file === undefined ? undefined : join(path, file));
    const plain = {
      objects: parsed.objects.map((object) => ({ ...object, file: at(object.file) })),
      errors: parsed.errors.map((error) => ({ ...error, file: join(path, error.file) })),
      scope: path,
    };
    if (folders.length === 0) return plain;
    const whole = await this.whole(source, content);
    const built = await Promise.all(folders.map((folder) => this.kustomize(whole, join(path, folder), {})));
    return {
      objects: [...plain.objects, ...built.flatMap(({ objects }) => objects)],
      errors: [...plain.errors, ...built.flatMap(({ errors }) => errors)],
      scope: [path, ...built.map(({ scope }) => scope)].reduce(commonFolder),
    };
  }

  /** Overlays reach beside their folder, so kustomize is given all of the source, at the same revision. */
  private async whole(source: SourceRef, { revision }: SourceContent): Promise<SourceContent> {
    const whole = await this.sources.content(source, '.');
    // A new one came in between: it asks for a visit of its own.
    if (whole.revision !== revision) throw errors.SourceNotReady({ source: `${source.kind.toLowerCase()}/${source.name} -n ${source.namespace}` });
    return whole;
  }

  private async kustomize(whole: SourceContent, path: string, overlay: Record<string, unknown>): Promise<Omit<Desired, 'revision'>> {
    const file = KUSTOMIZATION_FILES.map((name) => join(path, name)).find((name) => whole.files.some((one) => one.path === name)) ?? (path || '.');
    try {
      const { objects, scope } = await this.engine.build(whole, { path: path || '.', overlay });
      return { objects: objects.map((object) => ({ ...object, file: object.file ?? file })), errors: [], scope: normalPath(scope) };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { objects: [], errors: [{ file, document: 1, message }], scope: '' };
    }
  }

  private async finish(desired: Desired, { postBuild }: KustomizationSpec, variables: Readonly<Record<string, string>>): Promise<Desired> {
    const substituted =
      postBuild !== undefined && (Object.keys(variables).length > 0 || postBuild.substituteStrategy === 'Always')
        ? await this.engine.substitute(desired.objects, variables, { strict: true })
        : { objects: desired.objects, errors: [] };
    const encrypted = substituted.objects.filter(isEncrypted);
    return {
      ...desired,
      objects: substituted.objects.filter((object) => !encrypted.includes(object)),
      errors: [
        ...desired.errors,
        ...substituted.errors,
        ...encrypted.map((object) => ({
          file: object.file ?? nameOf(object),
          document: object.document ?? 1,
          message: errors.ObjectEncrypted({ object: nameOf(object) }).message,
        })),
      ],
    };
  }
}

/** The spec's own changes, empty ones left out. */
export function overlayOf(spec: Kustomization['spec']): Record<string, unknown> {
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
