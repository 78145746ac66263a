import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from './manifest';
import { manifestFiles } from './manifest-files';
import { parseManifests, type TextProblem } from './parse-manifests';

/** The files of a folder as somebody wrote them. */
export interface ReadTree {
  /** By path from the root. */
  readonly texts: ReadonlyMap<string, string>;
  readonly manifests: readonly Manifest[];
  readonly problems: readonly (TextProblem & { readonly file: string })[];
  /** Some of it is for kustomize or Flux, so that clusters get something else than what stands there. */
  readonly isBuilt: boolean;
}

const BUILT = /^(?:kustomize\.toolkit\.fluxcd\.io|helm\.toolkit\.fluxcd\.io)\//;
/** No API server takes nearly as much in one object. */
const MOST_BYTES = 64 * 2 ** 20;
const KUSTOMIZATION_FILE = /(?:^|\/)kustomization\.ya?ml$/;

/**
 * @param folder below the root, with `/`; empty for all of it
 * @param isOutput nothing but manifests stands there
 */
export function readTree(root: string, folder: string, isOutput: boolean): ReadTree {
  const texts = new Map<string, string>();
  const manifests: Manifest[] = [];
  const problems: (TextProblem & { file: string })[] = [];
  let isBuilt = isOutput;
  for (const path of manifestFiles(join(root, folder))) {
    const file = folder === '' ? path : `${folder}/${path}`;
    const { size } = statSync(join(root, file));
    if (size > MOST_BYTES) {
      problems.push({ rule: 'unreadable', document: 1, message: `has ${size} bytes, more than ${MOST_BYTES}`, file });
      continue;
    }
    const text = readFileSync(join(root, file), 'utf8');
    texts.set(file, text);
    isBuilt ||= KUSTOMIZATION_FILE.test(file);
    const parsed = parseManifests(text, file, { isForeign: !isOutput });
    manifests.push(...parsed.manifests);
    problems.push(...parsed.problems.map((problem) => ({ ...problem, file })));
  }
  isBuilt ||= manifests.some(({ object }) => BUILT.test(object.apiVersion));
  return { texts, manifests: manifests.filter(({ object }) => !isForPrograms(object.apiVersion)), problems, isBuilt };
}

/** Configuration in the form of objects, which no API server takes. */
function isForPrograms(apiVersion: string): boolean {
  return /^(?:kustomize\.config\.k8s\.io|fairlead\.dev|kind\.x-k8s\.io|skaffold|kubeadm\.k8s\.io|audit\.k8s\.io|apiserver\.config\.k8s\.io|client\.authentication\.k8s\.io|kubelet\.config\.k8s\.io|kubeproxy\.config\.k8s\.io)\//.test(
    apiVersion,
  );
}
