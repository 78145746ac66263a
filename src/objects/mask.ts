import type { ManifestObject } from '../model/object';

const MASK = '***';

/** A message about an object without any value a Secret holds, plain or encoded. Other kinds: as it is. */
export function maskSecret(message: string, manifest: Pick<ManifestObject, 'group' | 'kind' | 'json'>): string {
  if (manifest.group !== '' || manifest.kind !== 'Secret') return message;
  let masked = message;
  for (const value of secretValues(manifest.json)) masked = masked.replaceAll(value, MASK);
  return masked;
}

/** Longest first, so that no value's part is left beside the mask of another. */
function secretValues(json: Buffer): string[] {
  const { data, stringData } = JSON.parse(json.toString()) as { data?: object | null; stringData?: object | null };
  const given = [...Object.values(data ?? {}), ...Object.values(stringData ?? {})]
    .filter((value) => value !== null && value !== undefined)
    .map(String);
  const values = given.flatMap((value) => [value, Buffer.from(value, 'base64').toString(), Buffer.from(value).toString('base64')]);
  return [...new Set(values.filter((value) => value !== ''))].sort((a, b) => b.length - a.length);
}
