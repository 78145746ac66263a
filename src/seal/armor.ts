import { errors } from '../common/errors';

const BEGIN = '-----BEGIN AGE ENCRYPTED FILE-----';
const END = '-----END AGE ENCRYPTED FILE-----';
const COLUMNS = 64;

/** Whether a text is, or was meant to be, an age file that can be pasted. */
export function isArmored(text: string): boolean {
  return text.trimStart().startsWith(BEGIN);
}

export function armor(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(new RegExp(`.{1,${COLUMNS}}`, 'g')) ?? [];
  return [BEGIN, ...lines, END, ''].join('\n');
}

/** @throws BackupInvalid, as strictly as age does */
export function unarmor(text: string): Buffer {
  const lines = text.trim().split(/\r?\n/);
  if (lines[0] !== BEGIN) throw invalid(`it does not begin with ${BEGIN}`);
  if (lines.at(-1) !== END) throw invalid(`it does not end with ${END}`);
  const body = lines.slice(1, -1);
  const wholeLines = body.every((line, index) => line.length === COLUMNS || (index === body.length - 1 && line.length > 0 && line.length < COLUMNS));
  const base64 = body.join('');
  const bytes = Buffer.from(base64, 'base64');
  if (!wholeLines || bytes.toString('base64') !== base64) throw invalid('its lines are no base64 of 64 columns');
  return bytes;
}

function invalid(reason: string): Error {
  return errors.BackupInvalid({ reason });
}
