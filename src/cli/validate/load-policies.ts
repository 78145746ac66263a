import { existsSync, realpathSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { errors } from '../../common/errors';
import { CONFIG_FILE, nearest } from '../../synth/root';
import { Policy } from '../../validate/policy/policy';
import { formatOf, type Transpiled, transpileProgram } from '../load/graph';
import { hookRequire } from '../load/require-hook';
import { mapStackTraces } from '../load/source-maps';

const NAMES = ['policies.ts', 'policies.mts', 'policies.js', 'policies.mjs'];

/**
 * The policies that a file exports by default.
 * @param asked file. @default - policies.ts beside the nearest cdk8s.yaml, if there is one in the repository that we stand in
 * @throws PoliciesMissing, PoliciesInvalid, and what the file throws
 */
export async function loadPolicies(asked: string | undefined, folder: string): Promise<readonly Policy[]> {
  const file = asked === undefined ? besideProject(folder) : resolve(asked);
  if (file === undefined) return [];
  if (!existsSync(file)) throw errors.PoliciesMissing({ file: asked ?? file });
  const exported = await load(file);
  const policies = defaultOf(exported);
  if (!Array.isArray(policies) || !policies.every(Policy.isPolicy)) throw errors.PoliciesInvalid({ file: relative(process.cwd(), file) });
  return policies;
}

function besideProject(folder: string): string | undefined {
  const root = nearest(realpathSync(folder), CONFIG_FILE);
  return root === undefined || !isOurs(root) ? undefined : NAMES.map((name) => join(root, name)).find((path) => existsSync(path));
}

/** The project, or at least the repository, that we stand in: to look at another one must run nothing of it. */
function isOurs(root: string): boolean {
  const [here, repository] = [process.cwd(), nearest(root, '.git')];
  return root === nearest(here, CONFIG_FILE) || (repository !== undefined && repository === nearest(here, '.git'));
}

async function load(file: string): Promise<unknown> {
  const graph = await transpileProgram(file);
  const late = new Map<string, Transpiled>();
  mapStackTraces((path) => (graph.files.get(path) ?? late.get(path))?.map);
  hookRequire(graph, (path, one) => late.set(path, one));
  if (formatOf(file) !== 'esm') return createRequire(join(dirname(file), 'noop.js'))(file);
  const parentURL = pathToFileURL(__filename).href;
  register(pathToFileURL(require.resolve('../load/module-hooks')).href, { parentURL, data: graph });
  return await import(pathToFileURL(file).href);
}

/** Of a module of either kind: one that was made of the other has its exports within. */
function defaultOf(exported: unknown): unknown {
  const outer = (exported as { readonly default?: unknown }).default;
  return Array.isArray(outer) ? outer : ((outer as { readonly default?: unknown } | undefined)?.default ?? outer);
}
