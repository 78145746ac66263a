import { errors } from '../../common/errors';
import type { KubeClient } from '../../kube/types';
import { type KubeObject, nameOf } from '../../model/object';
import { servedKind } from './served-kind';
import { refOf } from './world';

/**
 * An object of any kind by `kind/name` or `kind/namespace/name`.
 * @throws TargetUnknown, TargetAmbiguous, KindUnserved
 */
export async function findAny(client: KubeClient, text: string, namespace: string | undefined): Promise<KubeObject> {
  const [word = '', ...rest] = text.split('/');
  const name = rest[rest.length - 1];
  if (name === undefined || rest.length > 2) throw errors.TargetUnknown({ target: text, known: 'write it as kind/name' });
  const kind = await servedKind(client, word);
  if (kind === undefined) throw errors.KindUnserved({ word });
  const place = rest.length === 2 ? rest[0] : namespace;
  const resource = await client.resource(kind);
  if (place !== undefined || resource?.namespaced === false) {
    const found = await client.get({ ...kind, namespace: resource?.namespaced === false ? '' : (place ?? ''), name });
    if (found === undefined)
      throw errors.TargetUnknown({
        target: `${kind.kind} ${place === undefined ? '' : `${place}/`}${name}`,
        known: 'fairlead tree shows what there is',
      });
    return found;
  }
  const [first, ...others] = await client.list(kind, { fieldSelector: `metadata.name=${name}` });
  if (first === undefined) throw errors.TargetUnknown({ target: `${kind.kind} ${name}`, known: 'fairlead tree shows what there is' });
  if (others.length > 0) throw errors.TargetAmbiguous({ target: text, choices: [first, ...others].map((one) => nameOf(refOf(one))).join(', ') });
  return first;
}
