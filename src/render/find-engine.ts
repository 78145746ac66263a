import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { errors } from '../common/errors';

const BUILT = path.resolve(__dirname, '..', '..', 'engine', 'bin', process.platform === 'win32' ? 'fairlead-engine.exe' : 'fairlead-engine');

/** The engine's binary: the one asked for, FAIRLEAD_ENGINE, or the one built in this package. Throws `EngineMissing`. */
export function findEngine(asked?: string, env: Readonly<Record<string, string | undefined>> = process.env): string {
  const chosen = asked ?? (env.FAIRLEAD_ENGINE || BUILT);
  if (!existsSync(chosen)) throw errors.EngineMissing({ path: chosen });
  return chosen;
}
