import { conditionTypes } from '../../model/conditions';
import type { StatusChange } from '../runtime/types';

/** What is wanted of a source is here, with Flux's condition for that; what said otherwise goes. */
export function inStorage(reason: string, message: string): Required<Pick<StatusChange, 'conditions' | 'without'>> {
  return {
    conditions: [{ type: conditionTypes.artifactInStorage, status: 'True', reason, message }],
    without: ['FetchFailed', 'ArtifactOutdated'],
  };
}
