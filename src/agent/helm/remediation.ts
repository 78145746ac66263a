import type { HelmReleaseSpec } from './helm-release';

export type Attempt = 'install' | 'upgrade';

/** What Flux does about a failed install or upgrade. */
export interface Remediation {
  /** Attempts after the first; below zero: without end. */
  readonly retries: number;
  readonly by: 'rollback' | 'uninstall';
  /** Whether the last failure is undone too, when no attempt is left. */
  readonly lastFailureToo: boolean;
  /** RetryOnFailure: never undone, tried again by upgrade after so long, for ever. */
  readonly retryEvery?: string;
}

const DEFAULT_RETRY_INTERVAL = '5m';

export function remediationOf(spec: HelmReleaseSpec, attempt: Attempt): Remediation {
  const options = attempt === 'install' ? spec.install : spec.upgrade;
  const retries = options?.remediation?.retries ?? 0;
  const retryEvery = options?.strategy?.name === 'RetryOnFailure' ? (options.strategy.retryInterval ?? DEFAULT_RETRY_INTERVAL) : undefined;
  if (attempt === 'install') {
    return { retries, by: 'uninstall', lastFailureToo: spec.install?.remediation?.remediateLastFailure ?? false, retryEvery };
  }
  const remediation = spec.upgrade?.remediation;
  return { retries, by: remediation?.strategy ?? 'rollback', lastFailureToo: remediation?.remediateLastFailure ?? retries > 0, retryEvery };
}

export function isExhausted(remediation: Remediation, failures: number): boolean {
  return remediation.retries >= 0 && failures > remediation.retries;
}
