import type { Reconciled, ReconciledStatus } from '../runtime/types';
import type { GitReference } from './git-checkout';

interface SecretReference {
  readonly name: string;
}

/** Flux's GitRepository, as far as it is read. @see https://fluxcd.io/flux/components/source/gitrepositories/ */
export interface GitRepository extends Reconciled {
  readonly spec: GitRepositorySpec;
  readonly status?: GitRepositoryStatus;
}

export interface GitRepositorySpec {
  /** `http`, `https` or `ssh`. */
  readonly url: string;
  readonly interval: string;
  /** @default 60s */
  readonly timeout?: string;
  readonly secretRef?: SecretReference;
  readonly ref?: GitReference;
  /** Exclusions in `.gitignore` format, instead of the default ones. */
  readonly ignore?: string;
  readonly suspend?: boolean;
  readonly proxySecretRef?: SecretReference;
  readonly provider?: string;
  readonly verify?: object;
  readonly recurseSubmodules?: boolean;
  readonly include?: readonly object[];
  readonly sparseCheckout?: readonly string[];
}

export interface GitRepositoryStatus extends ReconciledStatus {
  readonly artifact?: Artifact;
  readonly observedIgnore?: string;
}

export interface Artifact {
  /** `main@sha1:<commit>` */
  readonly revision: string;
  /** `sha1:<tree>`: equal digests, equal content. */
  readonly digest: string;
  readonly path: string;
  readonly url: string;
  readonly lastUpdateTime: string;
}

/** Fields that change what the content is, or whether it may be trusted, and that are not read: leaving them out silently would be wrong. */
export function unsupportedFields(spec: GitRepositorySpec): string[] {
  return [
    ...(spec.verify === undefined ? [] : ['spec.verify']),
    ...(spec.recurseSubmodules === true ? ['spec.recurseSubmodules'] : []),
    ...((spec.include ?? []).length === 0 ? [] : ['spec.include']),
    ...((spec.sparseCheckout ?? []).length === 0 ? [] : ['spec.sparseCheckout']),
    ...(spec.provider === undefined || spec.provider === 'generic' ? [] : [`spec.provider ${spec.provider}`]),
  ];
}
