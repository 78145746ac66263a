import { errors } from '../common/errors';
import { type Lock, LockSyntaxError, parseLock } from '../model/lock';

/** @throws LockInvalid */
export function readLock(file: string, text: string): Lock {
  try {
    return parseLock(text);
  } catch (error) {
    if (error instanceof LockSyntaxError) throw errors.LockInvalid({ file, line: error.line, text: error.text.trim() }, error);
    throw error;
  }
}
