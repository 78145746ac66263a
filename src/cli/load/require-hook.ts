import { existsSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { type Graph, isSource, type Transpiled, transpileFile } from './graph';

// What Node keeps for itself, and every loader of TypeScript builds on.
interface Internals {
  _extensions: { [extension: string]: (module: Compiling, path: string) => void };
  _resolveFilename(request: string, parent: { readonly filename?: string | null } | null | undefined, ...rest: unknown[]): string;
}
type Compiling = NodeModule & { _compile(code: string, path: string): void };

/** Packages a program may use without having installed them: it gets ours. */
export const LENT = ['fairlead', 'cdk8s', 'constructs'] as const;

/** Teaches `require` the program's TypeScript. `transpiled` is told what was transpiled late. */
export function hookRequire(graph: Graph, transpiled: (path: string, file: Transpiled) => void): void {
  const internals = Module as unknown as Internals;
  const load = (module: Compiling, path: string): void => {
    let file = graph.files.get(path);
    if (!file) {
      file = transpileFile(path);
      transpiled(path, file);
    }
    module._compile(file.code, path);
  };
  const loadScript = internals._extensions['.js'];
  for (const extension of ['.ts', '.tsx', '.cts']) {
    internals._extensions[extension] = (module, path) => (isSource(path) ? load(module, path) : loadScript(module, path));
  }

  const resolveFilename = internals._resolveFilename;
  internals._resolveFilename = function (this: unknown, request, parent, ...rest) {
    const known = parent?.filename ? graph.imports.get(parent.filename)?.get(request) : undefined;
    if (known) return known;
    try {
      return resolveFilename.call(this, request, parent, ...rest);
    } catch (error) {
      const other = (parent?.filename && sourceFor(request, parent.filename)) || lent(request);
      if (other) return other;
      throw error;
    }
  };
}

/** `./x.js` is how TypeScript has one write the import of `./x.ts`. */
export function sourceFor(request: string, importer: string): string | undefined {
  if (!/^\.{0,2}\//.test(request)) return undefined;
  const path = resolve(dirname(importer), request);
  const candidates = [path.replace(/\.([cm]?)js$/, '.$1ts'), path.replace(/\.js$/, '.tsx'), `${path}.ts`, `${path}.tsx`, `${path}/index.ts`];
  return candidates.find((candidate) => candidate !== path && existsSync(candidate));
}

/** Our own copy of a package the program does not have. */
export function lent(request: string): string | undefined {
  const name = LENT.find((candidate) => request === candidate || request.startsWith(`${candidate}/`));
  if (name === undefined) return undefined;
  if (request === 'fairlead') return require.resolve('../..');
  try {
    return createRequire(__filename).resolve(request);
  } catch {
    return undefined;
  }
}
