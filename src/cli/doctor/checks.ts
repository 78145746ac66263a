import { agent } from './agent';
import { agentRights } from './agent-rights';
import { apiServer } from './api-server';
import { binding } from './binding';
import type { Check } from './check';
import { definitions } from './definitions';
import { deletionPlans } from './deletion-plans';
import { environments } from './environments';
import { others } from './others';
import { pendingReleases } from './pending-releases';
import { sealedSecrets } from './sealed-secrets';
import { sealedSecretsController } from './sealed-secrets-controller';
import { sealedSecretsDefinition } from './sealed-secrets-definition';
import { sealingKeys } from './sealing-keys';
import { sources } from './sources';
import { stuckDeletions } from './stuck-deletions';
import { suspensions } from './suspensions';

/** Every check, in the order they are told. */
export const checks: readonly Check[] = [
  apiServer,
  definitions,
  binding,
  agent,
  agentRights,
  others,
  sources,
  environments,
  suspensions,
  deletionPlans,
  stuckDeletions,
  pendingReleases,
  sealedSecretsDefinition,
  sealedSecretsController,
  sealingKeys,
  sealedSecrets,
];
