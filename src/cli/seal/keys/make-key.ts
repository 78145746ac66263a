import { createSealingKey } from '../../../seal/create-key';
import { keySecret } from '../../../seal/key-secret';
import { parseSealingKey } from '../../../seal/sealing-key';
import { withCluster } from '../../cluster/with-cluster';
import type { KeysOptions } from '../options';

/** `fairlead seal new-key`: a key that the cluster has values sealed with from now on, ahead of the renewal that would come by itself. Gives what to tell. */
export async function makeKey(options: KeysOptions): Promise<string> {
  const namespace = options.sealedSecretsNamespace;
  return await withCluster(options, async (client) => {
    const { name, fingerprint } = parseSealingKey(await client.create(keySecret(await createSealingKey(), { namespace })));
    return [
      `${fingerprint}: made, as Secret ${namespace}/${name}; the agent takes it up at once, upstream's controller when it is started anew`,
      'save it: fairlead seal backup; then seal what is committed for it: fairlead seal rotate',
      '',
    ].join('\n');
  });
}
