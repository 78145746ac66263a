import { errors } from '../../../common/errors';

/**
 * Lines `key=value`, as kubectl's `--from-env-file` reads them: the value is everything after the first `=`, quotes are part of it, a key alone
 * takes its value from the environment, and lines that are empty or begin with `#` say nothing.
 * @throws SealSourceInvalid with the number of the line
 */
export function parseEnvFile(text: string, from: string, environment: NodeJS.ProcessEnv = process.env): readonly (readonly [string, string])[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, at) => ({ line: line.trimStart(), number: at + 1 }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'))
    .map(({ line, number }): readonly [string, string] => {
      const equals = line.indexOf('=');
      const key = equals < 0 ? line : line.slice(0, equals);
      const value = equals < 0 ? environment[key] : line.slice(equals + 1);
      if (value !== undefined && key !== '') return [key, value];
      const reason = key === '' ? `line ${number} has no key` : `line ${number} has no =, and the environment has no variable of that name`;
      throw errors.SealSourceInvalid({ source: from, reason, remedy: 'write lines as key=value' });
    });
}
