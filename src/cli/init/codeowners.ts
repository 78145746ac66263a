import type { OwnedNamespace } from '../../synth/owners';

const BEGIN = '# Begin: teams of __FOLDER__, written by fairlead init --codeowners';
const END = '# End: teams of __FOLDER__';

/** Where forges look for it, from the root of the repository. */
export const CODEOWNERS_PLACES = ['.github/CODEOWNERS', '.gitlab/CODEOWNERS', 'docs/CODEOWNERS', 'CODEOWNERS'] as const;

export interface OwnedFolders {
  /** Folder of the program from the root of the repository, empty or ending in `/`. */
  readonly prefix: string;
  /** Output folder from that of the program. */
  readonly output: string;
}

/**
 * CODEOWNERS with a block that says who owns the namespaces of a program: what they are, which versions run in them, and their secrets. What others wrote
 * stays. Without namespaces there is no block.
 * @param existing undefined where there is no such file
 */
export function withOwners(
  existing: string | undefined,
  namespaces: readonly OwnedNamespace[],
  { prefix, output }: OwnedFolders,
): string | undefined {
  const folder = prefix === '' ? 'this repository' : prefix.slice(0, -1);
  const [begin, end] = [BEGIN, END].map((line) => line.replace('__FOLDER__', folder));
  const lines = namespaces.flatMap(({ cluster, layer, namespace, owners }) =>
    [`${output}/${cluster}/${layer}/${namespace}/`, `locks/${cluster}/${layer}/${namespace}.yaml`, `secrets/${cluster}/${namespace}/`].map(
      (path) => `/${prefix}${path} ${owners.join(' ')}`,
    ),
  );
  const block = lines.length === 0 ? '' : [begin, ...lines, end, ''].join('\n');
  if (existing === undefined) return block === '' ? undefined : block;
  const start = existing.indexOf(`${begin}\n`);
  const stop = existing.indexOf(`${end}\n`, start);
  // The last line that fits counts, so ours come last.
  if (start === -1 || stop === -1) return block === '' ? existing : `${existing}${existing === '' || existing.endsWith('\n') ? '' : '\n'}${block}`;
  return existing.slice(0, start) + block + existing.slice(stop + end.length + 1);
}
