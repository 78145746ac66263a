import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = join(__dirname, '..', '..');
// Inside the repository, so that the compiled files find its packages.
const CACHE = join(ROOT, 'node_modules', '.cache', 'fairlead-test');

const SHIPPED = ['crds', 'engine', 'schemas', 'templates'];

const HOUR_MS = 3_600_000;

let compiled: string | undefined;

/**
 * The command line as users run it: `node <this file>`. Compiled from the sources as they are, once for all tests that spawn it.
 */
export function compiledCli(): string {
  compiled ??= compile();
  return compiled;
}

function compile(): string {
  const sources = sourceFiles(join(ROOT, 'src'));
  const hash = createHash('sha256').update(SHIPPED.join());
  for (const path of sources) hash.update(path).update(readFileSync(path));
  const folder = join(CACHE, hash.digest('hex').slice(0, 16));
  const cli = join(folder, 'lib', 'cli', 'main.js');
  if (existsSync(cli)) {
    utimesSync(folder, new Date(), new Date()); // in use, so not old
    return cli;
  }

  mkdirSync(CACHE, { recursive: true });
  removeOld();
  const scratch = mkdtempSync(join(CACHE, 'compiling-'));
  chmodSync(scratch, 0o755); // an agent in a Pod is somebody else
  buildSync({ entryPoints: sources, outdir: join(scratch, 'lib'), outbase: join(ROOT, 'src'), format: 'cjs', platform: 'node', target: 'node20' });
  writeFileSync(join(scratch, 'package.json'), readFileSync(join(ROOT, 'package.json')));
  // What else the package ships with stays where it is.
  for (const name of SHIPPED) symlinkSync(join(ROOT, name), join(scratch, name));
  try {
    renameSync(scratch, folder);
  } catch (error) {
    // Another test was quicker.
    rmSync(scratch, { recursive: true });
    if (!existsSync(cli)) throw error;
  }
  return cli;
}

/** Folder of the compiled library, for programs written by tests. */
export function compiledLibrary(): string {
  return dirname(dirname(compiledCli()));
}

function removeOld(): void {
  for (const name of readdirSync(CACHE)) {
    const path = join(CACHE, name);
    // Another test may have put it in its place meanwhile.
    const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
    if (Date.now() - mtimeMs > HOUR_MS) rmSync(path, { recursive: true, force: true });
  }
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sourceFiles(path) : path.endsWith('.ts') ? [path] : [];
  });
}
