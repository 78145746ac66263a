import { errors } from '../../../common/errors';
import { labelFor, type Scope } from '../../../seal/scope';
import { editSealedFile, type SealedFile } from '../../../seal/sealed-file';
import type { SecretTemplate } from '../../../seal/sealed-secret';
import { resealCommand } from '../../../synth/seal-commands';
import type { SealRequest } from '../../../synth/seal-request';
import { describeBound } from '../bound';
import { formatOf, printSealed } from './print-sealed';
import { asFields, type SealedValues } from './seal-values';

/** A sealed file as it is. */
export interface SealedBefore {
  readonly text: string;
  readonly file: SealedFile;
}

/** What one command does to a sealed file. */
export interface SealedChange {
  readonly sealed: SealedValues;
  readonly remove: readonly string[];
  readonly scope: Scope;
  /** Of a file that begins. */
  readonly template: SecretTemplate;
}

/**
 * Values of a file that stay as they are must still be bound to what its construct is.
 * @throws SealedForOther, SealKeyAbsent
 */
export function assertFits(
  request: SealRequest,
  before: SealedFile | undefined,
  scope: Scope,
  keys: Iterable<string>,
  remove: readonly string[],
): void {
  const has = Object.keys(before?.encryptedData ?? {});
  const absent = remove.find((key) => !has.includes(key));
  if (absent !== undefined) throw errors.SealKeyAbsent({ file: request.file, key: absent, keys: has.join(', ') || 'none' });
  if (before === undefined || isBoundAlike(request, before, scope)) return;
  const replaced = new Set([...keys, ...remove]);
  const stay = has.filter((key) => !replaced.has(key));
  if (stay.length === 0) return;
  throw errors.SealedForOther({
    file: request.file,
    construct: request.construct,
    before: describeBound(before),
    after: describeBound({ ...request, scope }),
    keys: stay.join(', '),
    command: resealCommand(request, before),
  });
}

/** The file as it becomes: keys that the change does not name stay byte for byte, and where it is the same SealedSecret all else, too. */
export function changedFile({ namespace, name }: SealRequest, before: SealedBefore | undefined, change: SealedChange, path: string): string {
  const { sealed, remove, scope, template } = change;
  const isSame = before !== undefined && before.file.namespace === namespace && before.file.name === name && before.file.scope === scope;
  if (isSame) return editSealedFile(before.text, { set: sealed, remove }, path);
  const fresh = asFields(sealed);
  const kept = Object.entries(before?.file.encryptedData ?? {}).filter(([key]) => !sealed.has(key) && !remove.includes(key));
  const file = {
    annotations: {},
    labels: {},
    template,
    ...before?.file,
    namespace,
    name,
    scope,
    encryptedData: { ...Object.fromEntries(kept), ...fresh.encryptedData },
    sealedWith: new Map([...(before?.file.sealedWith ?? []), ...fresh.sealedWith]),
  };
  return printSealed(file, formatOf(path) ?? 'yaml');
}

function isBoundAlike(request: SealRequest, before: SealedFile, scope: Scope): boolean {
  const of = (one: { namespace: string; name: string }, with_: Scope) => labelFor(with_, one.namespace, one.name);
  return of(request, scope).equals(of(before, before.scope));
}

/** What happens to a sealed file, key by key. Values are no part of it. */
export function describeChange(
  { file, keys = [] }: SealRequest,
  before: SealedFile | undefined,
  values: Iterable<string>,
  remove: readonly string[],
  fingerprint: string,
): string {
  const has = Object.keys(before?.encryptedData ?? {});
  const given = [...values];
  const kept = has.filter((key) => !given.includes(key) && !remove.includes(key));
  const lines = [
    ['added', given.filter((key) => !has.includes(key))],
    ['replaced', given.filter((key) => has.includes(key))],
    ['removed', remove],
    ['kept', kept],
    ['missing', keys.filter((key) => !given.includes(key) && !kept.includes(key))],
  ] as const;
  const shown = lines.filter(([, names]) => names.length > 0).map(([what, names]) => `  ${what.padEnd(8)} ${[...names].sort().join(', ')}\n`);
  return `${file}, for ${fingerprint}\n${shown.join('')}`;
}
