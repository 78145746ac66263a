import { readFileSync } from 'node:fs';
import { errors } from '../../common/errors';

/** Throws `KnownHostsUnreadable`. */
export function readKnownHosts(file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.trim() === '') throw new Error('it is empty');
    return text.endsWith('\n') ? text : `${text}\n`;
  } catch (cause) {
    throw errors.KnownHostsUnreadable({ file, cause: (cause as Error).message }, cause);
  }
}
