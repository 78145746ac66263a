import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { errors } from '../common/errors';

const ENGINE = path.resolve(__dirname, '..', '..', 'engine');
const EXECUTABLE = process.platform === 'win32' ? 'fairlead-engine.exe' : 'fairlead-engine';
const HOST = path.join(ENGINE, 'wasm-host.js');

/**
 * The engine to run: the one asked for, FAIRLEAD_ENGINE, the one built here, that of the package for this platform, and where there is none of them the
 * WebAssembly module, which runs everywhere and takes longer. Throws `EngineMissing`.
 */
export function findEngine(asked?: string, env: Readonly<Record<string, string | undefined>> = process.env): string {
  const chosen = asked ?? (env.FAIRLEAD_ENGINE || undefined);
  const built = path.join(ENGINE, 'bin', EXECUTABLE);
  const found = chosen === undefined ? [built, packaged(), path.join(ENGINE, 'bin', 'wasip1-wasm', 'fairlead-engine.wasm')] : [chosen];
  const engine = found.find((file) => file !== undefined && existsSync(file));
  if (engine === undefined) throw errors.EngineMissing({ path: chosen ?? built });
  return engine;
}

/** npm installs the optional package of this platform alone. */
function packaged(): string | undefined {
  try {
    return require.resolve(`@fairlead/engine-${process.platform}-${process.arch}/bin/${EXECUTABLE}`);
  } catch {
    return undefined;
  }
}

/** What to start for an engine: a module needs a program around it. */
export function engineCommand(engine: string): { readonly command: string; readonly args: readonly string[] } {
  return isModule(engine) ? { command: process.execPath, args: ['--no-warnings', HOST, engine] } : { command: engine, args: [] };
}

/** Whether an engine is the WebAssembly module. */
export function isModule(engine: string): boolean {
  return engine.endsWith('.wasm');
}
