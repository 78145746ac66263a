import type { KubeObject } from '../../model/object';
import { imagesOf } from '../live/workloads';
import type { WantedImage } from './goal';

/** Whether a release's values say a tag, by itself or at the end of an image. */
export function valuesName(object: KubeObject, image: WantedImage): boolean {
  return stringsIn((object.spec as { readonly values?: unknown } | undefined)?.values).some((text) => text === image.tag || isImage(text, image));
}

/** Whether Pods of a workload are made of an image of that tag. */
export function runsTag(workload: KubeObject, image: WantedImage): boolean {
  return imagesOf(workload).some((text) => isImage(text, image));
}

/** Every name of an image that a release mentions or runs. */
export function repositoriesIn(release: KubeObject, workloads: readonly KubeObject[]): ReadonlySet<string> {
  const values = stringsIn((release.spec as { readonly values?: unknown } | undefined)?.values);
  return new Set([...values, ...workloads.flatMap(imagesOf)].flatMap((text) => [text, withoutVersion(text)]).map(canonical));
}

/** Docker Hub's images have several spellings. */
export function canonical(repository: string): string {
  return repository.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, '');
}

function isImage(text: string, { repository, tag }: WantedImage): boolean {
  const version = text.slice(withoutVersion(text).length + 1).split('@')[0];
  if (version !== tag || !text.includes(':')) return false;
  return repository === undefined || canonical(withoutVersion(text)) === canonical(repository);
}

function withoutVersion(image: string): string {
  return image.replace(/@.*$/, '').replace(/:[^:/]+$/, '');
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
