import type { LoadFnOutput, LoadHookContext, ResolveFnOutput, ResolveHookContext } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Graph, isSource, transpileFile } from './graph';
import { lent, sourceFor } from './require-hook';

// Node runs these in a thread of its own; `initialize` brings what was transpiled ahead of time.
let graph: Graph = { files: new Map(), imports: new Map(), hasModules: true };

export function initialize(data: Graph): void {
  graph = data;
}

type Next<Context, Output> = (specifier: string, context: Context) => Promise<Output>;

export async function resolve(
  specifier: string,
  context: ResolveHookContext,
  next: Next<ResolveHookContext, ResolveFnOutput>,
): Promise<ResolveFnOutput> {
  const importer = context.parentURL?.startsWith('file:') ? fileURLToPath(context.parentURL) : undefined;
  const known = importer && graph.imports.get(importer)?.get(specifier);
  if (known) return { url: pathToFileURL(known).href, shortCircuit: true };
  try {
    return await next(specifier, context);
  } catch (error) {
    const other = (importer && sourceFor(specifier, importer)) || lent(specifier);
    if (other) return { url: pathToFileURL(other).href, shortCircuit: true };
    throw error;
  }
}

export async function load(url: string, context: LoadHookContext, next: Next<LoadHookContext, LoadFnOutput>): Promise<LoadFnOutput> {
  const path = url.startsWith('file:') ? fileURLToPath(url) : undefined;
  if (path === undefined || !isSource(path)) return next(url, context);
  const { format, code } = graph.files.get(path) ?? transpileFile(path);
  return { format: 'module', source: format === 'esm' ? code : facadeOf(path, code), shortCircuit: true };
}

/** Node would look for the exports of a CommonJS file in the TypeScript on disk. esbuild names them at the end of what it made of it. */
function facadeOf(path: string, code: string): string {
  const [, list = ''] = /^0 && \(module\.exports = \{([^}]*)\}\);$/m.exec(code) ?? [];
  const names = list.split(',').map((name) => name.trim());
  const exported = names.filter((name) => /^[\w$]+$/.test(name) && name !== 'default');
  return [
    "import { createRequire } from 'node:module';",
    `const file = createRequire(import.meta.url)(${JSON.stringify(path)});`,
    'export default file;',
    ...exported.map((name) => `export const ${name} = file.${name};`),
  ].join('\n');
}
