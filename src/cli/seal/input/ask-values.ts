import { errors } from '../../../common/errors';
import type { SealedFile } from '../../../seal/sealed-file';
import type { SealRequest } from '../../../synth/seal-request';
import { askHidden } from './prompt';
import { type SecretValue, type SecretValues, valuesOf } from './secret-values';

/**
 * Asks for each declared key that the file lacks, twice; where it lacks none for all of them, and whose answer is empty stays as it is.
 * @throws SealSourceMissing where no keys are declared, or none was answered; ValuesDiffer, PromptEnded
 */
export async function askValues(
  { namespace, name, keys = [] }: SealRequest,
  before: SealedFile | undefined,
  ask: (question: string) => Promise<string> = askHidden,
): Promise<SecretValues> {
  const missing = keys.filter((key) => before === undefined || !Object.hasOwn(before.encryptedData, key));
  const pairs: (readonly [string, SecretValue])[] = [];
  for (const key of missing.length > 0 ? missing : keys) {
    const hint = missing.length > 0 ? '' : ' (empty: as it is)';
    const value = await ask(`${key} of ${namespace}/${name}${hint}: `);
    if (value === '' && missing.length === 0) continue;
    await assertRepeated(key, value, ask);
    pairs.push([key, { value: Buffer.from(value), from: 'the terminal' }]);
  }
  if (pairs.length === 0) throw errors.SealSourceMissing({ secret: `${namespace}/${name}` });
  return valuesOf(pairs);
}

/**
 * One value, asked for twice.
 * @throws ValuesDiffer, PromptEnded
 */
export async function askValue(what: string): Promise<Buffer> {
  const value = await askHidden(`${what}: `);
  await assertRepeated(what, value, askHidden);
  return Buffer.from(value);
}

async function assertRepeated(what: string, value: string, ask: (question: string) => Promise<string>): Promise<void> {
  if ((await ask(`${what} again: `)) !== value) throw errors.ValuesDiffer({ key: what });
}
