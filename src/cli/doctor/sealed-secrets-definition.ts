import { kinds } from '../../model/kinds';
import type { Check } from './check';

/** Whether the cluster knows SealedSecrets at all. */
export const sealedSecretsDefinition: Check = {
  name: 'definition of SealedSecret',
  look: async ({ client }) => {
    const resource = await client.resource(kinds.SealedSecret);
    if (resource !== undefined) return [{ level: 'ok', says: 'is installed' }];
    return [{ level: 'fail', says: 'is missing', remedy: 'fairlead crds | kubectl apply --server-side -f -' }];
  },
};
