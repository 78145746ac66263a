import { partsOfWord } from '../../kube/kind-words';
import type { GroupVersionKind, KubeClient } from '../../kube/types';
import { kindCalled } from './kind-names';

/** kubectl's short names of Kubernetes' own kinds, for where no API server is asked. */
const SHORT: Readonly<Record<string, string>> = {
  svc: 'service',
  cm: 'configmap',
  ns: 'namespace',
  sa: 'serviceaccount',
  ing: 'ingress',
  rs: 'replicaset',
  pvc: 'persistentvolumeclaim',
  hpa: 'horizontalpodautoscaler',
  pdb: 'poddisruptionbudget',
  netpol: 'networkpolicy',
  cj: 'cronjob',
};

/** A kind by what people call it: ours by their names, all others as the API server serves them. Undefined: it serves none that is called so. */
export async function servedKind(client: KubeClient, word: string): Promise<GroupVersionKind | undefined> {
  return kindCalled(word) ?? (await client.kindCalled(word));
}

/** `ConfigMap`, `configmap`, `configmaps`, `cm`, `deployments.apps`. */
export function isCalledAs(word: string, kind: string): boolean {
  const [typed] = partsOfWord(word);
  const asked = SHORT[typed] ?? typed;
  const known = kind.toLowerCase();
  return [known, `${known}s`, `${known}es`, known.replace(/y$/, 'ies')].includes(asked);
}
