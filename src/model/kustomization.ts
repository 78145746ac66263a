/** Spec of Flux's Kustomization, as far as it is read. @see https://fluxcd.io/flux/components/kustomize/kustomizations/ */
export interface KustomizationSpec {
  readonly sourceRef: { readonly kind: string; readonly name: string; readonly namespace?: string };
  /** @default - the root of the source */
  readonly path?: string;
  readonly interval: string;
  /** @default - the interval */
  readonly retryInterval?: string;
  /** For health checks. @default - the interval less 30s, at least 30s */
  readonly timeout?: string;
  readonly prune: boolean;
  readonly deletionPolicy?: 'MirrorPrune' | 'Delete' | 'WaitForTermination' | 'Orphan';
  readonly suspend?: boolean;
  readonly force?: boolean;
  readonly wait?: boolean;
  readonly healthChecks?: readonly HealthCheck[];
  readonly healthCheckExprs?: readonly object[];
  readonly dependsOn?: readonly { readonly name: string; readonly namespace?: string; readonly readyExpr?: string }[];
  readonly commonMetadata?: { readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> };
  readonly postBuild?: PostBuild;
  readonly serviceAccountName?: string;
  readonly kubeConfig?: { readonly secretRef?: { readonly name: string; readonly key?: string }; readonly configMapRef?: object };
  readonly decryption?: object;
  readonly ignore?: readonly object[];
  readonly [overlay: string]: unknown;
}

export interface HealthCheck {
  /** @default apps/v1 */
  readonly apiVersion?: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

export interface PostBuild {
  readonly substitute?: Readonly<Record<string, string>>;
  readonly substituteFrom?: readonly { readonly kind: 'ConfigMap' | 'Secret'; readonly name: string; readonly optional?: boolean }[];
  /** `Always`: also where no variable is given. @default WithVariables */
  readonly substituteStrategy?: 'WithVariables' | 'Always';
}
