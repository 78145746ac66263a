import { errors } from '../../../common/errors';
import type { Engine } from '../../../render/types';
import type { SealedSecret } from '../../../seal/sealed-secret';
import type { KeyRing } from '../types';
import { templateFailure } from './refusal';
import { assertAllowed, type Secret, secretOf, secretOfWhole } from './unsealed-secret';
import type { OpenedValue, Problem, Unsealer } from './unsealer';

/** Upstream's words, where it has some. */
const WORDS: Readonly<Record<Problem, string>> = {
  malformed: 'illegal base64 or SealedSecret data is too short',
  'no-key': 'no key could decrypt secret',
  altered: 'altered after it was sealed',
};

/**
 * The Secret that a SealedSecret stands for. Whole or not at all.
 * @throws SealedValuesClosed, SealedBothWays, SealedWholeInvalid, SecretNotAllowed, SecretTemplateInvalid, SecretTemplatesNotRun
 */
export async function unseal(sealed: SealedSecret, keys: KeyRing, unsealer: Unsealer, engine: Pick<Engine, 'secretTemplates'>): Promise<Secret> {
  const { spec } = sealed;
  assertAllowed(secretOf(sealed, new Map()));
  if (spec.data && Object.keys(spec.encryptedData ?? {}).length > 0) throw errors.SealedBothWays();
  const { values, whole } = await unsealer.open(sealed, keys);
  if (whole !== undefined) {
    const secret = secretOfWhole(sealed, allOpened(new Map([['data', whole]])).get('data')!);
    assertAllowed(secret);
    return secret;
  }
  const opened = allOpened(values);
  const templates = spec.template?.data ?? {};
  if (Object.keys(templates).length === 0) return secretOf(sealed, opened);
  const rendered = await engine.secretTemplates(templates, opened).catch((error: unknown) => {
    throw templateFailure(error, opened);
  });
  return secretOf(sealed, new Map([...opened, ...rendered]));
}

function allOpened(values: ReadonlyMap<string, OpenedValue>): ReadonlyMap<string, Buffer> {
  const closed = new Map<Problem, string[]>();
  const opened = new Map<string, Buffer>();
  for (const [key, value] of values) {
    if ('plaintext' in value) opened.set(key, value.plaintext);
    else if (closed.has(value.problem)) closed.get(value.problem)!.push(key);
    else closed.set(value.problem, [key]);
  }
  if (closed.size === 0) return opened;
  const problems = [...closed].map(([problem, keys]) => `${WORDS[problem]} (${someOf(keys)})`);
  throw errors.SealedValuesClosed({ problems: problems.join('; ') });
}

/** A condition has no room for ten thousand. */
const MOST_NAMED = 20;

function someOf(keys: readonly string[]): string {
  const named = [...keys].sort().slice(0, MOST_NAMED).join(', ');
  return keys.length <= MOST_NAMED ? named : `${named} and ${keys.length - MOST_NAMED} more`;
}
