import type { FluxRule } from '../../images/flux-policy';
import type { VersionRef } from '../../model/version-ref';
import type { Reconciled, ReconciledStatus } from '../runtime/types';

interface NamedReference {
  readonly name: string;
}

/** Flux's ImageRepository. @see https://fluxcd.io/flux/components/image/imagerepositories/ */
export interface ImageRepository extends Reconciled {
  readonly spec: ImageRepositorySpec;
  readonly status?: ImageRepositoryStatus;
}

export interface ImageRepositorySpec {
  /** Without scheme and tag. */
  readonly image: string;
  readonly interval: string;
  /** @default interval */
  readonly timeout?: string;
  readonly secretRef?: NamedReference;
  readonly certSecretRef?: NamedReference;
  readonly proxySecretRef?: NamedReference;
  /** Its pull secrets are used. */
  readonly serviceAccountName?: string;
  /** Plain HTTP. */
  readonly insecure?: boolean;
  /** @default generic */
  readonly provider?: string;
  /** RE2; tags in which one is found are as if they did not exist. @default signatures: `^.*\.sig$` */
  readonly exclusionList?: readonly string[];
  /** Namespaces whose policies may name it, besides its own. */
  readonly accessFrom?: AccessFrom;
  readonly suspend?: boolean;
}

export interface AccessFrom {
  readonly namespaceSelectors?: readonly { readonly matchLabels?: Readonly<Record<string, string>> }[];
}

export interface ImageRepositoryStatus extends ReconciledStatus {
  readonly canonicalImageName?: string;
  readonly observedExclusionList?: readonly string[];
  readonly lastScanResult?: ScanResult;
}

export interface ScanResult {
  /** Checksum over the tags. */
  readonly revision?: string;
  readonly tagCount: number;
  readonly scanTime?: string;
  readonly latestTags?: readonly string[];
}

/** Flux's ImagePolicy. @see https://fluxcd.io/flux/components/image/imagepolicies/ */
export interface ImagePolicy extends Reconciled {
  readonly spec: ImagePolicySpec;
  readonly status?: ImagePolicyStatus;
}

export interface ImagePolicySpec extends FluxRule {
  /** Namespace: its own unless named. */
  readonly imageRepositoryRef: NamedReference & { readonly namespace?: string };
  /** Whether the tag's digest is chosen too: once, or as it is now. @default Never */
  readonly digestReflectionPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  /** How often the digest is looked at, where that is `Always`. */
  readonly interval?: string;
  readonly suspend?: boolean;
}

export interface ImagePolicyStatus extends ReconciledStatus {
  readonly latestRef?: VersionRef;
  /** What was chosen before. */
  readonly observedPreviousRef?: VersionRef;
}
