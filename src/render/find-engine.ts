import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { errors } from '../common/errors';

const BUILT = path.resolve(__dirname, '..', '..', 'engine', 'bin', process.platform === 'win32' ? 'fairlead-engine.exe' : 'fairlead-engine');

/** The engine's binary: FAIRLEAD_ENGINE, or the one built in this package. Throws `EngineMissing`. */
export function findEngine(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const chosen = env.FAIRLEAD_ENGINE || BUILT;
  if (!existsSync(chosen)) throw errors.EngineMissing({ path: chosen });
  return chosen;
}
