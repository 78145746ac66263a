import { splitApiVersion } from '../../model/object';
import type { PreviewRelease } from '../../preview/types';
import type { Draft } from '../finding';
import { type Manifest, metadataOf, type RawObject } from '../manifest';

export interface PlacedDraft {
  readonly draft: Draft;
  readonly manifest: Manifest;
}

/**
 * Objects that one cluster would get twice: whoever is last would win, every time. Hooks come and go, and are left out.
 * @param isWhole all of it goes to one cluster; else only what one folder says twice is sure to be wrong
 */
export function duplicateDrafts(
  manifests: readonly Manifest[],
  isNamespaced: (object: RawObject) => boolean | undefined,
  isWhole: boolean,
): PlacedDraft[] {
  const first = new Map<string, Manifest>();
  return manifests.flatMap((manifest) => {
    const { object, file, isHook } = manifest;
    const { name, namespace } = metadataOf(object);
    if (typeof name !== 'string' || isHook) return [];
    const { group } = splitApiVersion(object.apiVersion);
    const home = isNamespaced(object) === false ? '' : (namespace ?? 'default');
    const key = [group, object.kind, home, name, ...(isWhole ? [] : [folderOf(file)])].join('|');
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, manifest);
      return [];
    }
    // Built twice, written once.
    if (other.file === file && other.document === manifest.document && other.release === undefined) return [];
    // Helm installs a definition where there is none.
    const isShared = object.kind === 'CustomResourceDefinition' && (manifest.release ?? other.release) !== undefined;
    // Files of a folder that nobody applies as a whole may be alternatives.
    const isAlternative = !isWhole && other.file !== file;
    const draft: Draft = {
      rule: 'duplicate-object',
      message: `is in ${placeOf(other)} too`,
      ...((isShared || isAlternative) && { severity: 'warning' }),
    };
    return [{ draft, manifest }];
  });
}

/** Releases that Helm would store under one name. */
export function duplicateReleaseDrafts(releases: readonly PreviewRelease[], manifestOf: (release: PreviewRelease) => Manifest): PlacedDraft[] {
  const first = new Map<string, PreviewRelease>();
  return releases.flatMap((release) => {
    const key = `${release.releaseNamespace}/${release.releaseName}`;
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, release);
      return [];
    }
    if (other.namespace === release.namespace && other.name === release.name) return [];
    const message = `makes release ${release.releaseName} in namespace ${release.releaseNamespace}, as HelmRelease ${other.namespace}/${other.name} does (${other.file})`;
    return [{ draft: { rule: 'duplicate-release', message }, manifest: manifestOf(release) }];
  });
}

function placeOf({ file, document, release }: Manifest): string {
  if (release) return `release ${release.name}`;
  return document > 1 ? `document ${document} of ${file}` : file;
}

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/') + 1);
}
