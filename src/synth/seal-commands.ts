import type { SealedFile } from '../seal/sealed-file';
import type { SealRequest } from './seal-request';
import { INLINE, sealAddress } from './seal-rules';

/** The line that seals these keys of a Secret; the values stand for themselves. */
export function sealCommand(request: SealRequest, keys: readonly string[] = request.keys ?? []): string {
  const wanted = keys.length > 0 ? keys : ['<key>'];
  if (request.file === INLINE) return `fairlead seal --raw --namespace ${request.namespace} --name ${request.name} --from-file ${wanted[0]}=<file>`;
  const literals = wanted.map((key) => `--from-literal ${key}=…`);
  const scope = request.scope === undefined || request.scope === 'strict' ? [] : [`--scope ${request.scope}`];
  return ['fairlead seal', sealAddress(request), ...scope, ...literals].join(' ');
}

/** The line that seals a Secret the cluster has under another name or in another namespace. */
export function resealCommand(request: SealRequest, { namespace, name }: Pick<SealedFile, 'namespace' | 'name'>): string {
  return `kubectl get secret -n ${namespace} ${name} -o yaml | fairlead seal ${sealAddress(request)}`;
}
