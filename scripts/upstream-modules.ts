/** A Go module of which we take CustomResourceDefinitions. */
export interface UpstreamModule {
  readonly path: string;
  readonly version: string;
  /** Folder of the CRDs in the module. */
  readonly crds: string;
  /** Name of the file in src/constructs/imports with the constructs of its kinds. */
  readonly constructs: string;
}

const flux = (name: string, version: string, constructs: string): UpstreamModule => ({
  path: `github.com/fluxcd/${name}`,
  version,
  crds: 'config/crd/bases',
  constructs,
});

/** Versions that belong together: those of Flux v2.9.4. */
export const upstreamModules: readonly UpstreamModule[] = [
  flux('source-controller', 'v1.9.4', 'source'),
  flux('kustomize-controller', 'v1.9.4', 'kustomize'),
  flux('helm-controller', 'v1.6.3', 'helm'),
  flux('image-reflector-controller', 'v1.2.4', 'image-reflector'),
  flux('image-automation-controller', 'v1.2.4', 'image-automation'),
  flux('notification-controller', 'v1.9.3', 'notification'),
  { path: 'github.com/bitnami-labs/sealed-secrets', version: 'v0.36.6', crds: 'helm/sealed-secrets/crds', constructs: 'sealed-secrets' },
];
