import type { ClusterProblem } from '../cluster-manifests';
import type { Draft } from '../finding';
import { type Manifest, metadataOf } from '../manifest';
import type { RuleId } from '../rule-table';
import type { PlacedDraft } from './duplicates';

const FLUX_DOES = 'nothing to do with Flux, which does it; the agent does not, and leaves in the cluster what is there';
const NOBODY_DECRYPTS = 'seal the Secret, or with Flux set spec.decryption: until then nothing of the Kustomization is applied';

/**
 * What could not be built or rendered, at the Kustomization or HelmRelease that it is of.
 * @param isFlux Flux's own controllers are to reconcile it
 */
export function problemDraft(problem: ClusterProblem, manifests: readonly Manifest[], isFlux: boolean): PlacedDraft {
  const { file, of } = problem;
  const [kind, namespace, name] = of.split('/');
  const manifest =
    kind === 'HelmRelease'
      ? releaseManifest({ file, namespace, name }, manifests)
      : { object: { apiVersion: '', kind, metadata: { namespace, name } }, file, document: 1 };
  return { draft: { rule: ruleOf(problem), ...toldOf(problem, isFlux) }, manifest };
}

/** A component that nothing takes in: what it changes is not known, so nothing can be made of it. */
export function componentDraft(file: string): PlacedDraft {
  const manifest = { object: { apiVersion: '', kind: '' }, file, document: 1 };
  return { draft: { rule: 'not-built', message: 'is a component that nothing here takes in: what it changes was not looked at' }, manifest };
}

export function releaseManifest(
  { file, namespace, name }: { readonly file: string; readonly namespace: string; readonly name: string },
  manifests: readonly Manifest[],
): Manifest {
  const found = manifests.find(
    ({ object }) => object.kind === 'HelmRelease' && metadataOf(object).name === name && metadataOf(object).namespace === namespace,
  );
  return found ?? { object: { apiVersion: '', kind: 'HelmRelease', metadata: { name, namespace } }, file, document: 1 };
}

function ruleOf({ of, isElsewhere, isLoose }: ClusterProblem): RuleId {
  if (isLoose) return 'not-built';
  if (!of.startsWith('HelmRelease/')) return 'build';
  return isElsewhere ? 'release-elsewhere' : 'release';
}

function toldOf(
  { error, fluxDoes, lacksDecryption, isLoose, against }: ClusterProblem,
  isFlux: boolean,
): Pick<Draft, 'message' | 'remedy' | 'severity'> {
  const message = `${error.code} ${error.detail}${against === undefined ? '' : `, with Kubernetes ${against}`}`;
  if (isLoose) return { message };
  if (lacksDecryption)
    return { message: `${message}, and it has no spec.decryption`, remedy: NOBODY_DECRYPTS, severity: isFlux ? 'error' : 'warning' };
  return fluxDoes === undefined ? { message, remedy: error.remedy } : { message, severity: 'warning', remedy: FLUX_DOES };
}
