import { errors } from '../../../common/errors';
import type { Scope } from '../../../seal/scope';
import type { InputOptions } from '../input/secret-input';
import type { ControllerOptions } from '../options';
import { sealManifest } from './seal-manifest';
import { sealSecret } from './seal-secret';

export interface SealOptions extends InputOptions, ControllerOptions {
  readonly scope?: Scope;
  readonly cert?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly type?: string;
  readonly raw?: boolean;
  readonly mergeInto?: string;
  readonly format?: 'json' | 'yaml';
  readonly sealedSecretFile?: string;
  readonly allowEmptyData?: boolean;
  readonly dryRun?: boolean;
}

/** Seals for a SealedSecret of the program, or, where none is named, what a manifest says. Gives the exit code. */
export async function runSeal(secret: string | undefined, options: SealOptions): Promise<number> {
  const withSecret = {
    name: options.name,
    namespace: options.namespace,
    type: options.type,
    raw: options.raw,
    'allow-empty-data': options.allowEmptyData,
  };
  const output = { 'merge-into': options.mergeInto, format: options.format, 'sealed-secret-file': options.sealedSecretFile };
  if (secret !== undefined) {
    refuse({ ...withSecret, ...output }, `a Secret of the program (${secret})`, 'its construct and its file say that: leave one of the two out');
    return await sealSecret(secret, options);
  }
  const alone = { 'remove-key': options.removeKey, 'dry-run': options.dryRun };
  refuse(alone, 'no Secret of the program', 'name one: fairlead seal <cluster>/<layer>/<name>');
  if (options.raw) refuse({ ...output, 'secret-file': options.secretFile, type: options.type }, '--raw', 'it prints one value and nothing else');
  return await sealManifest(options);
}

function refuse(options: Readonly<Record<string, unknown>>, other: string, remedy: string): void {
  const given = Object.keys(options).find((name) => options[name] !== undefined);
  if (given !== undefined) throw errors.SealOptionsConflict({ option: `--${given}`, other, remedy });
}
