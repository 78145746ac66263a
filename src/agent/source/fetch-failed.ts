import { errors } from '../../common/errors';
import { retryAfterMsOf } from '../../oci/rate-limits';
import { messageOf } from '../runtime/outcome-status';
import type { Outcome } from '../runtime/types';

const ABOUT_ACCESS = [errors.SourceSecretMissing, errors.RegistrySecretUnusable, errors.RegistryAuthFailed, errors.DockerConfigInvalid];

/** A source could not be had, with Flux's condition for that. What was fetched before stays. */
export function fetchFailed(reason: string, error: unknown): Outcome & { readonly type: 'failed' } {
  const change = { conditions: [{ type: 'FetchFailed', status: 'True', reason, message: messageOf(error) }] } as const;
  return { type: 'failed', reason, error, change, againMs: retryAfterMsOf(error) };
}

/** Whether credentials are what an error is about. */
export function isAboutAccess(error: unknown): boolean {
  return ABOUT_ACCESS.some((one) => one.is(error));
}
