import { errors } from '../../../common/errors';
import type { Engine } from '../../../render/types';
import type { SealedSecret } from '../../../seal/sealed-secret';
import type { KeyRing } from '../types';
import { closedValues } from './closed-values';
import { templateFailure } from './refusal';
import { assertAllowed, type Secret, secretOf, secretOfWhole } from './unsealed-secret';
import type { OpenedValue, Unsealer } from './unsealer';

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
  const closed = closedValues([...values].flatMap(([key, value]) => ('problem' in value ? [[key, value.problem] as const] : [])));
  if (closed !== undefined) throw closed;
  return new Map([...values].flatMap(([key, value]) => ('plaintext' in value ? [[key, value.plaintext] as const] : [])));
}
