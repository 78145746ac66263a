import { join } from 'node:path';
import type { VersionRef } from '../../src/model/version-ref';
import { useGoProgram } from './go-program';

/** Files, and what policies chose, by `<namespace>:<name>`. */
export interface SetterRequest {
  readonly files: ReadonlyMap<string, string>;
  readonly refs: ReadonlyMap<string, VersionRef>;
}

/** Flux's own setter, that of its image automation: what it makes of files. */
export function useFluxSetter(): (requests: readonly SetterRequest[]) => ReadonlyMap<string, string>[] {
  const ask = useGoProgram<readonly object[], readonly Record<string, string>[]>(join(__dirname, '../synth/flux-setter'));
  return (requests) =>
    ask(
      requests.map(({ files, refs }) => ({
        files: Object.fromEntries(files),
        policies: [...refs].map(([policy, latestRef]) => {
          const [namespace, name] = policy.split(':');
          return { namespace, name, latestRef };
        }),
      })),
    ).map((files) => new Map(Object.entries(files)));
}
