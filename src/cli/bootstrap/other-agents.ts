import { errors } from '../../common/errors';
import type { KubeClient } from '../../kube/types';
import { idOf, type KubeObject } from '../../model/object';

const DEPLOYMENT = { group: 'apps', version: 'v1', kind: 'Deployment' };

/** Flux's controllers whose work the agent does. Its notifications may go on. */
const FLUX = ['source-controller', 'kustomize-controller', 'helm-controller', 'image-reflector-controller', 'image-automation-controller'];

interface Deployment extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly template: { readonly spec: { readonly containers: readonly { readonly image?: string }[] } };
  };
}

/** Deployments at work that do what the agent is to do: Flux's, and agents elsewhere in the cluster. */
export function othersAmong(deployments: readonly KubeObject[], own: { readonly namespace: string; readonly name: string }): KubeObject[] {
  return (deployments as readonly Deployment[]).filter(({ metadata, spec }) => {
    if (spec.replicas === 0 || (metadata.namespace === own.namespace && metadata.name === own.name)) return false;
    const { labels = {}, name } = metadata;
    if (labels['app.kubernetes.io/name'] === 'fairlead-agent') return true;
    const images = spec.template.spec.containers.map(({ image = '' }) => image);
    const isFlux = labels['app.kubernetes.io/part-of'] === 'flux' || images.some((image) => image.includes('fluxcd/'));
    return isFlux && FLUX.includes(name);
  });
}

/** What is done about others: nothing but to say so, or an end. */
export type OthersPolicy = 'refuse' | 'tell' | 'stop';

/** Names of the others, scaled to 0 where that was asked for. Throws `OtherAgent`. */
export async function standAlone(
  client: KubeClient,
  own: { readonly namespace: string; readonly name: string },
  policy: OthersPolicy,
): Promise<readonly string[]> {
  const others = othersAmong(await client.list(DEPLOYMENT), own);
  const names = others.map(({ metadata }) => `Deployment/${metadata.namespace}/${metadata.name}`);
  if (names.length > 0 && policy === 'refuse') throw errors.OtherAgent({ others: `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'}` });
  if (policy === 'stop') {
    for (const other of others) await client.patch(idOf(other), 'merge', { spec: { replicas: 0 } }, { fieldManager: 'fairlead' });
  }
  return names;
}
