import { errors } from '../../../common/errors';
import { sealingCertificate } from '../certificate/sealing-certificate';
import { askValue } from '../input/ask-values';
import { canAsk } from '../input/prompt';
import { readInput } from '../input/read-input';
import { splitFrom } from '../input/read-values';
import { assertSize } from '../input/secret-values';
import type { SealOptions } from './run-seal';
import { sealValues } from './seal-values';

/**
 * One value, sealed, as `kubeseal --raw` prints it: without a newline, and newlines of the value are part of it.
 * @throws SealOptionsConflict, SecretNameMissing, SecretTooLarge
 */
export async function sealRaw(options: SealOptions): Promise<string> {
  const { scope = 'strict', name = '', namespace = '' } = options;
  if (scope !== 'cluster-wide' && namespace === '') throw errors.SecretNameMissing({ what: 'namespace' });
  if (scope === 'strict' && name === '') throw errors.SecretNameMissing({ what: 'name' });
  const certificate = await sealingCertificate(options);
  const value = await oneValue(options);
  assertSize(`${namespace}/${name}`, new Map([['the value', value.length]]));
  const sealed = sealValues(new Map([['value', { value, from: '--raw' }]]), certificate, { scope, name, namespace });
  return sealed.get('value')!.sealed;
}

async function oneValue({ fromFile = [], fromLiteral = [], fromEnvFile = [] }: SealOptions): Promise<Buffer> {
  if (fromFile.length + fromLiteral.length + fromEnvFile.length > 1 || fromEnvFile.length > 0) {
    throw errors.SealOptionsConflict({ option: '--raw', other: 'more than one value', remedy: 'name one with --from-file or --from-literal' });
  }
  const [literal] = fromLiteral;
  if (literal !== undefined) return Buffer.from(literal.slice(literal.indexOf('=') + 1));
  const [file] = fromFile;
  if (file !== undefined) return await readInput(splitFrom(file).path);
  if (canAsk()) return await askValue('the value to seal');
  return await readInput('-');
}
