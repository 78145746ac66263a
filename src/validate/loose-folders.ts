import { posix } from 'node:path';
import { load } from 'js-yaml';
import { isMap } from './manifest';

/** A folder with a kustomization.yaml. */
export interface KustomizeFolder {
  readonly file: string;
  /** Folders and files that it takes in, from the root. */
  readonly includes: readonly string[];
  /** It changes what others build, and is nothing by itself. */
  readonly isComponent: boolean;
}

const FILE = /^(?:(.*)\/)?kustomization\.ya?ml$/;
/** Fields that may name folders. */
const INCLUDES = ['resources', 'bases', 'components', 'generators', 'transformers', 'validators'];

/** Folders with a kustomization.yaml by their paths from the root. */
export function kustomizeFolders(texts: ReadonlyMap<string, string>): ReadonlyMap<string, KustomizeFolder> {
  const folders = new Map<string, KustomizeFolder>();
  for (const [file, text] of texts) {
    const match = FILE.exec(file);
    if (match === null) continue;
    const folder = match[1] ?? '';
    const content = contentOf(text);
    const named = INCLUDES.flatMap((field) => (Array.isArray(content[field]) ? content[field] : [])).filter((one) => typeof one === 'string');
    folders.set(folder, { file, includes: named.map((one) => below(folder, one)), isComponent: content.kind === 'Component' });
  }
  return folders;
}

/**
 * Folders that no other takes in, so that whoever builds these builds all of them; in their order.
 * @param applied folders that Kustomizations of Flux apply
 * @param included what they take in besides: components
 */
export function looseFolders(folders: ReadonlyMap<string, KustomizeFolder>, applied: readonly string[], included: readonly string[] = []): string[] {
  const reached = new Set<string>();
  const reach = (folder: string): void => {
    if (reached.has(folder)) return;
    reached.add(folder);
    for (const one of folders.get(folder)?.includes ?? []) reach(one);
  };
  for (const folder of [...applied.flatMap((path) => builtAt(path, folders)), ...included]) reach(folder);
  const taken = new Set([...folders.values()].flatMap(({ includes }) => includes));
  const [first, circular] = [(path: string) => !taken.has(path), (path: string) => taken.has(path)].map((is) => [...folders.keys()].filter(is));
  return [...first, ...circular].filter((folder) => !reached.has(folder) && reach(folder) === undefined);
}

/** A folder without a kustomization.yaml is plain files, and the topmost folders with one. */
function builtAt(path: string, folders: ReadonlyMap<string, KustomizeFolder>): string[] {
  if (folders.has(path)) return [path];
  const within = [...folders.keys()].filter((folder) => path === '' || folder.startsWith(`${path}/`));
  return within.filter((folder) => !within.some((other) => folder.startsWith(`${other}/`)));
}

/** A path that is written in a folder, from the root; one that leads out of it begins with `..`. */
export function below(folder: string, path: string): string {
  return posix.join(folder, path).replace(/\/$/, '').replace(/^\.$/, '');
}

function contentOf(text: string): { readonly [field: string]: unknown } {
  try {
    const content = load(text);
    return isMap(content) ? content : {};
  } catch {
    return {};
  }
}
