import type { Check } from './check';
import { sealedSecrets } from './sealed-secrets';
import { sealedSecretsController } from './sealed-secrets-controller';
import { sealedSecretsDefinition } from './sealed-secrets-definition';
import { sealingKeys } from './sealing-keys';

/** Every check, in the order they are told. */
export const checks: readonly Check[] = [sealedSecretsDefinition, sealedSecretsController, sealingKeys, sealedSecrets];
