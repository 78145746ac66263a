import type { VersionRef } from '../../model/version-ref';
import type { Reconciled, ReconciledStatus } from '../runtime/types';
import type { GitReference } from '../source/git-checkout';
import type { LabelSelector } from './automation-selector';

/** Flux's ImageUpdateAutomation. @see https://fluxcd.io/flux/components/image/imageupdateautomations/ */
export interface ImageUpdateAutomation extends Reconciled {
  readonly spec: ImageUpdateAutomationSpec;
  readonly status?: ImageUpdateAutomationStatus;
}

export interface ImageUpdateAutomationSpec {
  readonly interval: string;
  /** Namespace: its own unless named. */
  readonly sourceRef: { readonly kind: string; readonly name: string; readonly namespace?: string };
  readonly git?: GitSpec;
  readonly update?: {
    /** @default Setters, the only one */
    readonly strategy?: string;
    /** @default - the root of the repository */
    readonly path?: string;
  };
  /** @default - all policies of the namespace */
  readonly policySelector?: LabelSelector;
  readonly suspend?: boolean;
}

export interface GitSpec {
  /** @default - the GitRepository's */
  readonly checkout?: { readonly ref: GitReference };
  readonly commit: CommitSpec;
  readonly push?: PushSpec;
}

export interface CommitSpec {
  readonly author: { readonly name?: string; readonly email: string };
  /** Go template. @default Update from image update automation */
  readonly messageTemplate?: string;
  readonly messageTemplateValues?: Readonly<Record<string, string>>;
  readonly signingKey?: {
    /** @default gpg */
    readonly type?: 'gpg' | 'ssh';
    readonly secretRef: { readonly name: string };
  };
}

export interface PushSpec {
  /** @default - the branch that is checked out */
  readonly branch?: string;
  /** Pushed to besides the branch. */
  readonly refspec?: string;
  readonly options?: Readonly<Record<string, string>>;
}

export interface ImageUpdateAutomationStatus extends ReconciledStatus {
  readonly lastAutomationRunTime?: string;
  readonly lastPushCommit?: string;
  readonly lastPushTime?: string;
  /** What each policy had chosen when files were last looked at. */
  readonly observedPolicies?: Readonly<Record<string, VersionRef>>;
  readonly observedSourceRevision?: string;
}
