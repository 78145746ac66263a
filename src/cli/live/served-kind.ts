import type { GroupVersionKind, KubeClient } from '../../kube/types';
import { splitApiVersion } from '../../model/object';
import { kindCalled } from './kind-names';

/** kubectl's short names of Kubernetes' own kinds. */
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
  const known = kindCalled(word);
  if (known !== undefined) return known;
  for (const served of await client.apiVersions()) {
    const slash = served.lastIndexOf('/');
    const kind = served.slice(slash + 1);
    if (slash > 0 && /^[A-Z]/.test(kind) && isCalledAs(word, kind)) return { ...splitApiVersion(served.slice(0, slash)), kind };
  }
  return undefined;
}

/** `ConfigMap`, `configmap`, `configmaps`, `cm`. */
export function isCalledAs(word: string, kind: string): boolean {
  const asked = SHORT[word.toLowerCase()] ?? word.toLowerCase();
  const known = kind.toLowerCase();
  return [known, `${known}s`, `${known}es`, known.replace(/y$/, 'ies')].includes(asked);
}
