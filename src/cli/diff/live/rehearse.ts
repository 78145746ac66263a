import { isForbidden, isNotFound, isUnauthorized, StatusError } from '../../../kube/status-error';
import type { KubeClient } from '../../../kube/types';
import type { KubeObject } from '../../../model/object';
import { optOutsOf } from '../../../objects/opt-outs';
import type { PreviewObject } from '../../../preview/types';
import { bare } from './bare';

/** An object in the cluster, and as it would be there. Both undefined where the server says nothing of it. */
export interface Rehearsal {
  readonly before?: KubeObject;
  readonly after?: KubeObject;
  /** Why it is not known, or would not be applied. */
  readonly refusal?: { readonly kind: 'unknown-kind' | 'forbidden' | 'refused'; readonly message: string };
}

/**
 * What the server makes of an object by a dry run, as the agent applies it.
 * @throws where no object could be asked for: no connection, no identity
 */
export async function rehearse(client: KubeClient, given: PreviewObject, fieldManager: string): Promise<Rehearsal> {
  const { id, object } = given;
  if ((await client.resource(id)) === undefined)
    return { after: object, refusal: { kind: 'unknown-kind', message: 'the cluster does not know its kind yet' } };
  let before: KubeObject | undefined;
  try {
    before = bare(await client.get(id));
    const { ignored, createOnly } = optOutsOf(object.metadata);
    if (ignored || (createOnly && before !== undefined)) return { before, after: before };
    return { before, after: bare(await client.apply(id, JSON.stringify(object), { fieldManager, dryRun: true })) };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const message = error.answer;
    if (isUnauthorized(error)) throw error;
    // Its namespace comes with it.
    if (isNotFound(error)) return { after: object };
    const kind = isForbidden(error) ? 'forbidden' : 'refused';
    return { before, after: before, refusal: { kind, message } };
  }
}
