import type { Reconciled, ReconciledStatus } from '../runtime/types';
import type { Artifact } from './git-repository';

interface SecretReference {
  readonly name: string;
}

/** Flux's HelmRepository, as far as it is read. @see https://fluxcd.io/flux/components/source/helmrepositories/ */
export interface HelmRepository extends Reconciled {
  readonly spec: HelmRepositorySpec;
  readonly status?: HelmRepositoryStatus;
}

export interface HelmRepositorySpec {
  /** `http`, `https`, or with type `oci` `oci`. */
  readonly url: string;
  /** @default default */
  readonly type?: 'default' | 'oci';
  /** @default 10m */
  readonly interval?: string;
  /** @default 60s */
  readonly timeout?: string;
  readonly secretRef?: SecretReference;
  readonly certSecretRef?: SecretReference;
  readonly passCredentials?: boolean;
  readonly insecure?: boolean;
  readonly suspend?: boolean;
  readonly provider?: string;
}

export interface HelmRepositoryStatus extends ReconciledStatus {
  /** Of the index; those of type `oci` have none. */
  readonly artifact?: Artifact & { readonly size?: number };
}

export function isOfRegistry({ spec }: HelmRepository): boolean {
  return spec.type === 'oci';
}

/** Why nothing can be read from its address, which may hold a password; undefined where it is as its type asks for. */
export function wrongUrl({ spec: { type = 'default', url: address } }: HelmRepository): string | undefined {
  const url = address.replace(/\/\/[^/@]*@/, '//');
  const isOci = url.startsWith('oci://');
  if (type === 'oci' && !isOci) return `invalid OCI registry URL: ${url}`;
  if (type === 'default' && isOci) return "invalid Helm repository URL: 'oci' URL scheme cannot be used with 'default' HelmRepository type";
  return URL.canParse(address) ? undefined : `invalid Helm repository URL: ${url}`;
}
