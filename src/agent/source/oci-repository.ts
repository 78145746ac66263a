import type { OCIReference } from '../../oci/artifact-tag';
import type { Reconciled, ReconciledStatus } from '../runtime/types';
import type { Artifact } from './git-repository';

interface SecretReference {
  readonly name: string;
}

/** Flux's OCIRepository, as far as it is read. @see https://fluxcd.io/flux/components/source/ocirepositories/ */
export interface OCIRepository extends Reconciled {
  readonly spec: OCIRepositorySpec;
  readonly status?: OCIRepositoryStatus;
}

export interface OCIRepositorySpec {
  /** `oci://host/path`, without a tag. */
  readonly url: string;
  readonly interval: string;
  /** @default 60s */
  readonly timeout?: string;
  readonly ref?: OCIReference;
  readonly layerSelector?: LayerSelector;
  readonly secretRef?: SecretReference;
  readonly certSecretRef?: SecretReference;
  readonly proxySecretRef?: SecretReference;
  readonly insecure?: boolean;
  /** Exclusions in `.gitignore` format, instead of the default ones. */
  readonly ignore?: string;
  readonly suspend?: boolean;
  readonly provider?: string;
  readonly serviceAccountName?: string;
  readonly verify?: object;
}

export interface LayerSelector {
  /** @default - the first layer, whatever it is */
  readonly mediaType?: string;
  /** `copy`: the archive stays as it is. @default extract */
  readonly operation?: 'extract' | 'copy';
}

export interface OCIRepositoryStatus extends ReconciledStatus {
  readonly artifact?: Artifact & { readonly metadata?: Readonly<Record<string, string>>; readonly size?: number };
  readonly observedIgnore?: string;
  readonly observedLayerSelector?: LayerSelector;
}

/** `ghcr.io/stefanprodan/manifests/podinfo` */
export function repositoryOf({ spec }: OCIRepository): string {
  return spec.url.replace(/^oci:\/\//, '');
}

/** Fields that say whether the content may be trusted, or had, and that are not read: leaving them out silently would be wrong. */
export function unsupportedOciFields({ verify, provider = 'generic', serviceAccountName }: OCIRepositorySpec): string[] {
  return [
    ...(verify === undefined ? [] : ['spec.verify']),
    ...(provider === 'generic' ? [] : [`spec.provider ${provider}`]),
    ...(serviceAccountName === undefined ? [] : ['spec.serviceAccountName']),
  ];
}

/** The manifest's digest in `tag@sha256:…` or `sha256:…`. */
export function digestIn(revision: string): string {
  return revision.slice(revision.lastIndexOf('@') + 1);
}

/** Whether what is stored was made by another selection of layers or files than the spec asks for now. */
export function isSelectedAnew({ spec, status }: OCIRepository): boolean {
  const same = (a: LayerSelector | undefined, b: LayerSelector | undefined) =>
    (a?.mediaType ?? '') === (b?.mediaType ?? '') && (a?.operation ?? 'extract') === (b?.operation ?? 'extract');
  return spec.ignore !== status?.observedIgnore || !same(spec.layerSelector, status?.observedLayerSelector);
}
