import Module, { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { formatOf, isSource, type Transpiled, transpileProgram } from './graph';
import { hookRequire } from './require-hook';
import { mapStackTraces } from './source-maps';

/**
 * Runs a TypeScript or JavaScript program in this process as if Node had been started with it.
 * What the program does after its main file has run, such as awaiting, goes on after this returns.
 * @param onSources is told the files it is made of, before it runs
 */
export async function loadProgram(entry: string, onSources?: (paths: readonly string[]) => void): Promise<void> {
  const transpiling = transpileProgram(entry);
  // esbuild works in a process of its own: load meanwhile what nearly every program loads.
  warm(entry, 'cdk8s');
  const graph = await transpiling;
  onSources?.([...graph.imports.keys()]);

  const late = new Map<string, Transpiled>();
  mapStackTraces((path) => (graph.files.get(path) ?? late.get(path))?.map);
  hookRequire(graph, (path, file) => late.set(path, file));
  if (graph.hasModules || (isSource(entry) && formatOf(entry) === 'esm')) {
    register(pathToFileURL(require.resolve('./module-hooks')).href, { parentURL: pathToFileURL(__filename).href, data: graph });
  }

  process.argv[1] = entry;
  if (formatOf(entry) === 'esm') await import(pathToFileURL(entry).href);
  else (Module as unknown as { _load(path: string, parent: null, isMain: boolean): unknown })._load(entry, null, true);
}

function warm(entry: string, name: string): void {
  try {
    createRequire(entry)(name);
  } catch {
    // The program may do without it, or get ours.
  }
}
