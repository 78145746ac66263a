import { digestOf } from '../common/digest';
import { errors, FairleadError } from '../common/errors';
import type { ManifestObject } from '../model/object';
import { buildKustomization, needsWhole } from '../render/kustomization-build';
import type { DocumentError, Engine } from '../render/types';
import type { ClusterFiles } from './cluster-files';
import type { FileTree } from './file-tree';
import type { KustomizationObject } from './kustomizations';
import type { PreviewMemory } from './preview-memory';

/** What a layer's folder asks for, as it is written there. */
export interface BuiltLayer {
  readonly objects: readonly ManifestObject[];
  readonly problems: readonly FairleadError[];
  readonly notes: readonly string[];
  /** Some of its variables only the cluster knows: they stand there as they are written. @default false */
  readonly hasUnknownVariables?: boolean;
}

export interface Builder {
  readonly tree: FileTree;
  readonly engine: Engine;
  readonly memory: PreviewMemory;
}

/** Builds a folder as the agent does for this Kustomization. Variables come from ConfigMaps in the files of the cluster. */
export async function buildLayer(
  { tree, engine, memory }: Builder,
  path: string,
  { metadata, spec }: Pick<KustomizationObject, 'metadata' | 'spec'>,
  files: ClusterFiles,
): Promise<BuiltLayer> {
  const content = await tree.content(path);
  if (content.files.length === 0)
    return { objects: [], problems: [errors.LayerFolderMissing({ kustomization: metadata.name, path: path || '.' })], notes: [] };
  try {
    const whole = () => tree.content('');
    const { variables, notes } = variablesOf({ metadata, spec }, files);
    // What is not known must not fail all of it.
    const strict = notes.length === 0;
    const basis = needsWhole(content.files, spec) ? await whole() : content;
    const key = `layer ${basis.digest} ${path} ${digestOf(JSON.stringify([spec, variables, strict]))}`;
    const built = await memory.once(key, () => buildKustomization(engine, { path, content, whole }, spec, variables, { strict }));
    return { objects: built.objects, problems: built.errors.map(problemOf), notes, ...(!strict && { hasUnknownVariables: true }) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const at = `Kustomization ${metadata.name}`;
    return { objects: [], problems: [error instanceof FairleadError ? error : errors.DocumentUnreadable({ at, reason }, error)], notes: [] };
  }
}

function variablesOf({ metadata, spec }: Pick<KustomizationObject, 'metadata' | 'spec'>, files: ClusterFiles) {
  const notes: string[] = [];
  const variables: Record<string, string> = {};
  for (const { kind, name } of spec.postBuild?.substituteFrom ?? []) {
    const found = kind === 'ConfigMap' ? files.get({ kind, namespace: metadata.namespace ?? '', name }) : undefined;
    if (found === undefined) notes.push(`variables of ${kind} ${metadata.namespace}/${name} are not known here`);
    else Object.assign(variables, found.data);
  }
  return { variables: { ...variables, ...spec.postBuild?.substitute }, notes };
}

function problemOf({ file, document, line, message }: DocumentError): FairleadError {
  const at = line === undefined ? (document > 1 ? `${file}, document ${document}` : file) : `${file}:${line}`;
  return errors.DocumentUnreadable({ at, reason: message });
}
