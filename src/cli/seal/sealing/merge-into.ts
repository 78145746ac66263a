import { errors } from '../../../common/errors';
import { editSealedFile, parseSealedFile, type SealedFile } from '../../../seal/sealed-file';
import { setText } from '../../../seal/yaml-text';
import { writeEdits } from '../../locks/text-edit';
import { sealingCertificate } from '../certificate/sealing-certificate';
import { readText } from '../input/read-input';
import type { SecretManifest } from '../input/secret-manifest';
import { assertSize, valuesOf } from '../input/secret-values';
import type { SealOptions } from './run-seal';
import { plainBytes, sealValues } from './seal-values';

/**
 * Seals values of Secrets for the SealedSecret of a file and puts them there, with their labels and annotations, as `kubeseal --merge-into`. Scope, name
 * and namespace are those of the file.
 * @throws SealedFileInvalid, SealScopeDiffers, SealKeyTwice, SecretTooLarge
 */
export async function mergeInto(path: string, secrets: readonly SecretManifest[], options: SealOptions): Promise<void> {
  const text = await readText(path);
  const target = parseSealedFile(text, path);
  const { scope, namespace, name } = target;
  if (options.scope !== undefined && options.scope !== scope) throw errors.SealScopeDiffers({ given: options.scope, target: path, scope });
  const values = valuesOf(secrets.flatMap((secret) => [...secret.values]));
  assertSize(`${namespace}/${name}`, sizesIn(target, new Map([...values].map(([key, { value }]) => [key, value.length]))));
  const certificate = await sealingCertificate(options);
  const edited = editSealedFile(text, { set: sealValues(values, certificate, target) }, path);
  await writeEdits(process.cwd(), [{ path, text: withMetadata(edited, secrets, path), before: text }]);
}

function sizesIn({ encryptedData }: SealedFile, added: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  return new Map([...Object.entries(encryptedData).map(([key, sealed]) => [key, plainBytes(sealed)] as const), ...added]);
}

function withMetadata(text: string, secrets: readonly SecretManifest[], path: string): string {
  let edited = text;
  for (const field of ['labels', 'annotations'] as const) {
    for (const [key, value] of secrets.flatMap((secret) => Object.entries(secret[field]))) {
      const next = setText(edited, ['spec', 'template', 'metadata', field, key], value);
      if (next === undefined)
        throw errors.SealedFileInvalid({ file: path, line: 1, reason: `its ${field} are written in a way that cannot be edited alone` });
      edited = next;
    }
  }
  return edited;
}
