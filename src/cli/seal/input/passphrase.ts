import { errors } from '../../../common/errors';
import { askHidden, canAsk } from './prompt';
import { readText } from './read-input';

/**
 * Least length of a passphrase that guards the keys of a cluster.
 * @see https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver
 */
const LEAST_CHARACTERS = 15;

/** Environment variable that a passphrase may come in. */
const PASSPHRASE_VARIABLE = 'FAIRLEAD_PASSPHRASE';

export interface PassphraseOptions {
  /** File whose first line it is. @default - FAIRLEAD_PASSPHRASE, else the user is asked */
  readonly passphraseFile?: string;
}

/**
 * A passphrase for something new: asked for twice, and refused where it is short.
 * @throws PassphraseMissing, PassphraseShort, PassphrasesDiffer
 */
export async function newPassphrase(options: PassphraseOptions): Promise<string> {
  const given = await givenPassphrase(options);
  const passphrase = given ?? (await ask(`Passphrase for the backup, at least ${LEAST_CHARACTERS} characters: `));
  if ([...passphrase].length < LEAST_CHARACTERS) throw errors.PassphraseShort({ least: LEAST_CHARACTERS });
  if (given === undefined && (await ask('The same passphrase again: ')) !== passphrase) throw errors.PassphrasesDiffer();
  return passphrase;
}

/** The passphrase something was encrypted with. Throws `PassphraseMissing`. */
export async function knownPassphrase(of: string, options: PassphraseOptions): Promise<string> {
  return (await givenPassphrase(options)) ?? (await ask(`Passphrase of ${of}: `));
}

async function givenPassphrase({ passphraseFile }: PassphraseOptions): Promise<string | undefined> {
  if (passphraseFile === undefined) return process.env[PASSPHRASE_VARIABLE] || undefined;
  return (await readText(passphraseFile)).split(/\r?\n/, 1)[0]!;
}

async function ask(question: string): Promise<string> {
  if (!canAsk()) throw errors.PassphraseMissing({ variable: PASSPHRASE_VARIABLE });
  return await askHidden(question);
}
