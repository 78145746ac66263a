import type { CrdPolicy, HelmReleaseSpec } from '../model/helm-release';

/** Flux's default is Create, for installs and upgrades alike. */
export function crdPolicy({ spec }: { readonly spec: HelmReleaseSpec }, attempt: 'install' | 'upgrade'): CrdPolicy {
  const { install, upgrade } = spec;
  if (attempt === 'upgrade') return upgrade?.crds ?? 'Create';
  return install?.crds ?? (install?.skipCRDs ? 'Skip' : 'Create');
}
