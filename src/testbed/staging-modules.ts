/** Modules that a `go.mod` replaces by a folder of its own repository, in its order. */
export function stagingModules(goMod: string): string[] {
  return [...goMod.matchAll(/^\s*(?:replace\s+)?(\S+)\s+=>\s+\.\/\S+\s*$/gm)].map((match) => match[1]);
}
