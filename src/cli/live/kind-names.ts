import { isPlacedAt, partsOfWord } from '../../kube/kind-words';
import type { GroupVersionKind } from '../../kube/types';
import { kinds } from '../../model/kinds';
import { POD, WORKLOADS } from './live-kinds';

/** Short names of the CRDs, and of what people type at kubectl and flux. */
const SHORT: Readonly<Record<string, string>> = {
  ks: 'kustomization',
  hr: 'helmrelease',
  hrs: 'helmrelease',
  gitrepo: 'gitrepository',
  gitrepos: 'gitrepository',
  ocirepo: 'ocirepository',
  helmrepo: 'helmrepository',
  hc: 'helmchart',
  imagerepo: 'imagerepository',
  imgrepo: 'imagerepository',
  imagepol: 'imagepolicy',
  imgpol: 'imagepolicy',
  imageupdate: 'imageupdateautomation',
  imgauto: 'imageupdateautomation',
  iua: 'imageupdateautomation',
  deploy: 'deployment',
  sts: 'statefulset',
  ds: 'daemonset',
  po: 'pod',
};

/** Words that stand for several kinds. */
export const kindGroups: Readonly<Record<string, readonly GroupVersionKind[]>> = {
  all: Object.values(kinds),
  sources: [kinds.GitRepository, kinds.OCIRepository, kinds.HelmRepository, kinds.HelmChart],
  images: [kinds.ImageRepository, kinds.ImagePolicy, kinds.ImageUpdateAutomation],
  secrets: [kinds.SealedSecret],
};

/** A kind by its name, plural or short name, in any case, perhaps with its group: `hr`, `HelmReleases`, `deployment.apps`. */
export function kindCalled(word: string): GroupVersionKind | undefined {
  const [typed, place] = partsOfWord(word);
  const name = SHORT[typed] ?? typed;
  const own = Object.values(kinds).find((one) => (one.kind.toLowerCase() === name || one.plural === name) && isPlacedAt(place, one));
  if (own !== undefined) return own;
  return [...WORKLOADS, POD].find((one) => [one.kind.toLowerCase(), `${one.kind.toLowerCase()}s`].includes(name) && isPlacedAt(place, one));
}
