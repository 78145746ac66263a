import { errors } from '../../../common/errors';
import { createEngine } from '../../../render/engine';
import type { SealedFile } from '../../../seal/sealed-file';
import { parseSealedFile } from '../../../seal/sealed-file';
import { printSecret, refuseTerminal } from '../../print/print-secret';
import { type OutputFormat, printStructured } from '../../print/structured';
import { warn } from '../../print/warn';
import type { PassphraseOptions } from '../input/passphrase';
import { inputName, readText } from '../input/read-input';
import { readPrivateKeys } from '../keys/private-keys';
import { openOne } from './open-value';

export interface UnsealOptions extends PassphraseOptions {
  /** Files with private keys. */
  readonly key: readonly string[];
  readonly output: OutputFormat;
  /** Prints to a terminal too. */
  readonly show?: boolean;
  /** Prints what can be opened where some values cannot. */
  readonly partial?: boolean;
}

/**
 * `fairlead seal unseal`: prints the Secret of a sealed file, offline. It writes no file. Gives the exit code.
 * @throws TerminalRefused, ValuesNotOpened, SealedFileInvalid, and those of keys
 */
export async function unsealFile(path: string, options: UnsealOptions): Promise<number> {
  refuseTerminal(options.show);
  const from = inputName(path);
  const file = parseSealedFile(await readText(path), from);
  const keys = (await readPrivateKeys(options.key, options)).map(({ key }) => key);
  const values = new Map<string, Buffer>();
  for (const key of Object.keys(file.encryptedData)) {
    const value = openOne(file, key, keys);
    if (value !== undefined) values.set(key, value);
  }
  const lost = Object.keys(file.encryptedData).filter((key) => !values.has(key));
  if (lost.length > 0 && !options.partial) throw errors.ValuesNotOpened({ file: from, keys: lost.join(', '), tried: keys.length });
  if (lost.length > 0) warn(`${from}: no key given opens ${lost.join(', ')}; its templates are left out`);
  const all = lost.length > 0 ? values : await withTemplates(file, values);
  printSecret(printStructured(secretOf(file, all), options.output), options);
  return lost.length > 0 ? 1 : 0;
}

/** What templates give wins over a value of the same key, as in the cluster. */
async function withTemplates({ template }: SealedFile, values: ReadonlyMap<string, Buffer>): Promise<ReadonlyMap<string, Buffer>> {
  if (Object.keys(template.data ?? {}).length === 0) return values;
  const engine = createEngine();
  try {
    return new Map([...values, ...(await engine.secretTemplates(template.data!, values))]);
  } finally {
    await engine.close();
  }
}

function secretOf({ namespace, name, template }: SealedFile, values: ReadonlyMap<string, Buffer>): object {
  const { labels, annotations } = template.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, ...(namespace !== '' && { namespace }), ...(labels && { labels }), ...(annotations && { annotations }) },
    type: template.type ?? 'Opaque',
    ...(template.immutable !== undefined && { immutable: template.immutable }),
    data: Object.fromEntries([...values].map(([key, value]) => [key, value.toString('base64')])),
  };
}
