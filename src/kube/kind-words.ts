import type { ApiResource, GroupVersionKind } from './types';

/** Whether a word is one that kubectl takes for a kind: its name, plural or short name, in any case, perhaps with its group, or version and group, after a dot. */
export function isCalled(word: string, resource: ApiResource): boolean {
  const [name, place] = partsOfWord(word);
  const names = [resource.kind.toLowerCase(), resource.plural, ...(resource.shortNames ?? [])];
  return names.includes(name) && isPlacedAt(place, resource);
}

/** `deployments.v1.apps` is `deployments` of `v1.apps`. */
export function partsOfWord(word: string): readonly [name: string, place: string | undefined] {
  const lower = word.toLowerCase();
  const dot = lower.indexOf('.');
  return dot < 0 ? [lower, undefined] : [lower.slice(0, dot), lower.slice(dot + 1)];
}

/** Whether a kind is of a group, or version and group. */
export function isPlacedAt(place: string | undefined, { group, version }: Pick<GroupVersionKind, 'group' | 'version'>): boolean {
  return place === undefined || place === group || place === `${version}.${group}`;
}
