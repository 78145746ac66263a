import { readFileSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import type { BuildFailure, BuildOptions, Metafile, OutputFile } from 'esbuild';
import { errors } from '../../common/errors';
import { nearest } from '../../synth/root';

export type Format = 'cjs' | 'esm';

/** A source file of the user's program, ready for Node. */
export interface Transpiled {
  readonly format: Format;
  readonly code: string;
  /** Source map, JSON. */
  readonly map: string;
}

/** The user's program. Packages are no part of it: Node loads them. */
export interface Graph {
  /** By absolute path. */
  readonly files: ReadonlyMap<string, Transpiled>;
  /** What the import specifiers of a file mean: absolute paths, by importing file and specifier. Knows `paths` of tsconfig.json. */
  readonly imports: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Whether Node's loader of ECMAScript modules will meet one of the files. */
  readonly hasModules: boolean;
}

const ROOT = resolve('/');

// Output paths mirror absolute source paths, and nothing is written to them.
const OPTIONS: BuildOptions = {
  absWorkingDir: ROOT,
  outbase: ROOT,
  outdir: ROOT,
  write: false,
  platform: 'node',
  target: `node${process.versions.node}`,
  logLevel: 'silent',
};

/**
 * Transpiles a program file by file, each with its own tsconfig.json, in few calls to one esbuild process. Files stay files, so `__dirname`,
 * `import.meta` and stack traces mean what they say. What cannot be found ahead of time is left to `transpileFile`.
 */
export async function transpileProgram(entry: string): Promise<Graph> {
  const esbuild = await import('esbuild');
  try {
    const { metafile } = await esbuild.build({ ...OPTIONS, entryPoints: [entry], bundle: true, packages: 'external', format: 'esm', metafile: true });
    const sources = Object.keys(metafile!.inputs)
      .map((path) => resolve(ROOT, path))
      .filter(isSource);
    const files = new Map<string, Transpiled>();
    for (const format of ['cjs', 'esm'] as const) {
      const paths = sources.filter((path) => formatOf(path) === format);
      if (paths.length === 0) continue;
      const { outputFiles } = await esbuild.build(perFile(paths, format));
      collect(paths, format, outputFiles!, files);
    }
    return { files, imports: importsOf(metafile!), hasModules: hasModules(metafile!, files) };
  } catch {
    // Whatever is wrong comes up again, and is told, when the file at fault is loaded; if it ever is.
    return { files: new Map(), imports: new Map(), hasModules: formatOf(entry) === 'esm' };
  } finally {
    await esbuild.stop();
  }
}

/**
 * Transpiles one file that was not found ahead of time, such as one whose name the program computes.
 * @throws FairleadError for a file that is not TypeScript
 */
export function transpileFile(path: string): Transpiled {
  const { buildSync } = require('esbuild') as typeof import('esbuild');
  const files = new Map<string, Transpiled>();
  const format = formatOf(path);
  try {
    collect([path], format, buildSync(perFile([path], format)).outputFiles!, files);
  } catch (cause) {
    const { text, location } = (cause as BuildFailure).errors[0];
    throw errors.SourceInvalid({ file: path, line: location?.line ?? 1, column: (location?.column ?? 0) + 1, reason: text }, cause);
  }
  return files.get(path)!;
}

/** Whether a file needs transpiling. */
export function isSource(path: string): boolean {
  return /\.(?:[cm]?ts|tsx)$/.test(path) && !path.includes('/node_modules/');
}

/** As TypeScript and Node decide it: by extension, else by `type` of the nearest package.json. */
export function formatOf(path: string): Format {
  const extension = extname(path);
  if (extension === '.mts' || extension === '.mjs') return 'esm';
  if (extension === '.cts' || extension === '.cjs') return 'cjs';
  const folder = nearest(dirname(path), 'package.json');
  if (folder === undefined) return 'cjs';
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { type?: string }).type === 'module' ? 'esm' : 'cjs';
}

function perFile(paths: readonly string[], format: Format): BuildOptions {
  return { ...OPTIONS, entryPoints: paths.map((path) => ({ in: path, out: path.slice(ROOT.length) })), format, sourcemap: 'external' };
}

function collect(paths: readonly string[], format: Format, outputs: readonly OutputFile[], files: Map<string, Transpiled>): void {
  const texts = new Map(outputs.map((output) => [output.path, output.text]));
  for (const path of paths) files.set(path, { format, code: texts.get(`${path}.js`)!, map: texts.get(`${path}.js.map`)! });
}

function importsOf({ inputs }: Metafile): Map<string, Map<string, string>> {
  return new Map(
    Object.entries(inputs).map(([path, { imports }]) => [
      resolve(ROOT, path),
      new Map(
        imports.filter(({ external, original }) => !external && original).map(({ original, path: target }) => [original!, resolve(ROOT, target)]),
      ),
    ]),
  );
}

function hasModules({ inputs }: Metafile, files: ReadonlyMap<string, Transpiled>): boolean {
  if ([...files.values()].some(({ format }) => format === 'esm')) return true;
  return Object.values(inputs).some(({ imports }) => imports.some(({ kind, external }) => kind === 'dynamic-import' && !external));
}
