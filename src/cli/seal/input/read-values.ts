import { basename } from 'node:path';
import { errors } from '../../../common/errors';
import { parseEnvFile } from './env-file';
import { inputName, isStandardInput, readInput, readText } from './read-input';
import { parseSecretManifests, type SecretManifest } from './secret-manifest';
import { type SecretValue, type SecretValues, valuesOf } from './secret-values';

/** Where values come from, as the command line says it. */
export interface SourceOptions {
  readonly secretFile?: string;
  readonly fromLiteral?: readonly string[];
  readonly fromFile?: readonly string[];
  readonly fromEnvFile?: readonly string[];
}

type Pair = readonly [string, SecretValue];

/** Whether values are named one by one, so that no manifest is waited for. */
export function hasValueOptions({ fromLiteral = [], fromFile = [], fromEnvFile = [] }: SourceOptions): boolean {
  return fromLiteral.length + fromFile.length + fromEnvFile.length > 0;
}

/**
 * Values named by `--from-literal`, `--from-file` and `--from-env-file`, as kubectl reads them.
 * @throws SealSourceInvalid, SealKeyInvalid, SealKeyTwice, SecretFileUnreadable, SealOptionsConflict
 */
export async function readValues({ fromLiteral = [], fromFile = [], fromEnvFile = [] }: SourceOptions): Promise<SecretValues> {
  const pairs: Pair[] = fromLiteral.map(literal);
  for (const source of fromFile) pairs.push(await file(source));
  for (const path of fromEnvFile) {
    const from = `--from-env-file ${path}`;
    for (const [key, value] of parseEnvFile(await readText(path), from)) pairs.push([key, { value: Buffer.from(value), from }]);
  }
  return valuesOf(pairs);
}

/**
 * Secrets of the manifest that `-f` names, or of standard input; none where nothing came from there.
 * @throws SecretManifestInvalid, SecretFileUnreadable
 */
export async function readManifests(path = '-'): Promise<readonly SecretManifest[]> {
  const from = inputName(path);
  const secrets = parseSecretManifests(await readText(path), from);
  if (secrets.length === 0 && !isStandardInput(path)) throw errors.SecretManifestInvalid({ from, reason: 'it is empty' });
  return secrets;
}

/** Path and key of `--from-file [key=]path`. */
export function splitFrom(source: string): { readonly key?: string; readonly path: string } {
  const equals = source.indexOf('=');
  return equals < 0 ? { path: source } : { key: source.slice(0, equals), path: source.slice(equals + 1) };
}

function literal(source: string, at: number): Pair {
  const equals = source.indexOf('=');
  const from = `--from-literal number ${at + 1}`;
  if (equals < 1) throw errors.SealSourceInvalid({ source: from, reason: 'it names no key', remedy: 'write it as key=value' });
  return [source.slice(0, equals), { value: Buffer.from(source.slice(equals + 1)), from: '--from-literal' }];
}

async function file(source: string): Promise<Pair> {
  const { key, path } = splitFrom(source);
  const from = `--from-file ${path}`;
  if (key === undefined && isStandardInput(path)) {
    throw errors.SealSourceInvalid({ source: from, reason: 'it names no key', remedy: 'write it as key=-' });
  }
  return [key ?? basename(path), { value: await readInput(path), from }];
}
