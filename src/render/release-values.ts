import { errors } from '../common/errors';
import type { HelmReleaseSpec, ValuesReference } from '../model/helm-release';
import type { KubeObject } from '../model/object';
import type { Engine } from './types';

export const DEFAULT_VALUES_KEY = 'values.yaml';

/**
 * The references in their order, then the inline values, each over what came before: maps merge, lists and scalars replace.
 * Last come the values with a `targetPath`, in `--set` grammar, over everything, as Flux documents it.
 * @param read the text of a reference; undefined where it counts for nothing
 * @throws ValuesInvalid, and what `read` throws
 */
export async function composeValues(
  engine: Pick<Engine, 'mergeValues'>,
  release: string,
  { values: inline = {}, valuesFrom: references = [] }: Pick<HelmReleaseSpec, 'values' | 'valuesFrom'>,
  read: (reference: ValuesReference) => Promise<string | undefined>,
): Promise<unknown> {
  if (references.length === 0) return inline;
  const layers: string[] = [];
  const sets: { path: string; value: string; literal?: boolean }[] = [];
  for (const reference of references) {
    const text = await read(reference);
    if (text === undefined) continue;
    if (reference.targetPath === undefined) layers.push(text);
    else sets.push({ path: reference.targetPath, value: text, literal: reference.literal });
  }
  try {
    return await engine.mergeValues([...layers, JSON.stringify(inline)], sets);
  } catch (cause) {
    throw errors.ValuesInvalid({ release, reason: cause instanceof Error ? cause.message : String(cause) }, cause);
  }
}

/** What a ConfigMap or Secret holds under a key. */
export function valuesTextOf(object: KubeObject, key: string): string | undefined {
  const plain = (object.data as Record<string, string> | undefined)?.[key];
  if (object.kind === 'Secret') return plain === undefined ? undefined : Buffer.from(plain, 'base64').toString();
  const binary = (object.binaryData as Record<string, string> | undefined)?.[key];
  return plain ?? (binary === undefined ? undefined : Buffer.from(binary, 'base64').toString());
}
