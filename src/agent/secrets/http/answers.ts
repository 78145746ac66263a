import { errors, type FairleadError } from '../../../common/errors';
import { annotations } from '../../../model/labels';
import type { Engine } from '../../../render/types';
import { labelFor, scopeOf } from '../../../seal/scope';
import type { SealedSecret } from '../../../seal/sealed-secret';
import { sealValue } from '../../../seal/sealed-value';
import { printSealedWith } from '../../../seal/sealed-with';
import type { SealingKey } from '../../../seal/sealing-key';
import type { Reply } from '../../runtime/http';
import type { KeyRing } from '../types';
import { closedValues } from '../unseal/closed-values';
import { unseal } from '../unseal/unseal';
import type { OpenedValue, Unsealer } from '../unseal/unsealer';
import type { SealedDocument } from './document';
import { Refused } from './refused';
import { rewrite } from './rewrite';

type Opened = Extract<OpenedValue, { readonly plaintext: Buffer }>;

/** Another key or another document would help, and no other try. */
const REFUSALS = [errors.SealedValuesClosed, errors.SealedWholeInvalid, errors.SecretTemplateInvalid, errors.SecretNotAllowed];

/** Whether this agent would unseal it: 200 or 409. */
export async function verify({ sealed }: SealedDocument, unsealer: Unsealer, ring: KeyRing, engine: Pick<Engine, 'secretTemplates'>): Promise<Reply> {
  try {
    await unseal(sealed, ring, unsealer, engine);
    return { body: '' };
  } catch (error) {
    throw REFUSALS.some((refusal) => refusal.is(error)) ? new Refused(409, error as FairleadError) : error;
  }
}

/**
 * The document with its values sealed for the newest key. The label is the one that each was opened with, which follows from the object's own
 * metadata: nothing can be moved to another name, namespace or scope on the way. A value that is sealed for the newest key already stays.
 * @see https://github.com/advisories/GHSA-465p-v42x-3fmj
 */
export async function rotate({ text, sealed }: SealedDocument, unsealer: Unsealer, ring: KeyRing, newest: SealingKey): Promise<Reply> {
  const { name, namespace = '', annotations: notes = {} } = sealed.metadata;
  const label = labelFor(scopeOf(notes), namespace, name);
  const fresh = new Map<string, string>();
  for (const [before, { plaintext, openedWith }] of await openAll(sealed, unsealer, ring)) {
    if (openedWith.fingerprint !== newest.fingerprint) fresh.set(before, sealValue(plaintext, newest.publicKey, label));
    plaintext.fill(0);
  }
  return { type: 'application/json', body: rewrite(text, [...changesOf(textsOf(sealed), fresh), ...changesOfRecord(sealed, fresh, newest)]) };
}

type Change = readonly [before: string, after: string];

/** Two values may be the same text. */
function changesOf(texts: readonly string[], fresh: ReadonlyMap<string, string>): Change[] {
  return texts.flatMap((text) => (fresh.has(text) ? [[text, fresh.get(text)!] as const] : []));
}

/** Annotation `fairlead.dev/sealed-with` is kept true where the document has it. */
function changesOfRecord({ metadata, spec }: SealedSecret, fresh: ReadonlyMap<string, string>, { fingerprint }: SealingKey): Change[] {
  const before = metadata.annotations?.[annotations.sealedWith];
  const encrypted = Object.fromEntries(Object.entries(spec.encryptedData ?? {}).map(([key, text]) => [key, fresh.get(text) ?? text]));
  const after = printSealedWith(encrypted, new Map(Object.keys(encrypted).map((key) => [key, fingerprint])));
  return before === undefined || after === undefined || before === after ? [] : [[before, after]];
}

function textsOf({ spec: { encryptedData = {}, data } }: SealedSecret): string[] {
  return [...Object.values(encryptedData), ...(data === undefined ? [] : [data])];
}

/** By sealed text. Refuses where one does not open (409). */
async function openAll(sealed: SealedSecret, unsealer: Unsealer, ring: KeyRing): Promise<ReadonlyMap<string, Opened>> {
  const { encryptedData = {}, data } = sealed.spec;
  const { values, whole } = await unsealer.open(sealed, ring);
  const all = [...values].map(([key, value]) => [key, encryptedData[key]!, value] as const);
  if (whole !== undefined) all.push(['spec.data', data!, whole]);
  const closed = closedValues(all.flatMap(([field, , value]) => ('problem' in value ? [[field, value.problem] as const] : [])));
  const opened = all.flatMap(([, text, value]) => ('plaintext' in value ? [[text, value] as const] : []));
  if (closed === undefined) return new Map(opened);
  for (const [, { plaintext }] of opened) plaintext.fill(0);
  throw new Refused(409, closed);
}
