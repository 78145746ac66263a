import { errors } from '../../common/errors';
import { publicUrl, transportOf } from '../../git/url';
import { isAlreadyExists } from '../../kube/status-error';
import { labels } from '../../model/labels';
import type { KubeObject } from '../../model/object';
import type { Runtime } from '../runtime/types';
import { newSshKey } from './ssh-key';
import type { SyncOptions } from './types';

type Secret = KubeObject & { readonly data?: Readonly<Record<string, string>> };

/**
 * Makes sure of the Secret with the ssh key: made where it is not there, left as it is where it is. Throws `GitSecretIncomplete`.
 * @param hosts lines of `known_hosts`
 */
export async function ensureGitKey(
  { clusters, agentNamespace: namespace, redactor, log }: Pick<Runtime, 'clusters' | 'agentNamespace' | 'redactor' | 'log'>,
  { url, secretName, kustomizationName }: SyncOptions,
  hosts: string | undefined,
): Promise<void> {
  if (secretName === undefined || transportOf(url) !== 'ssh') return;
  const id = { group: '', version: 'v1', kind: 'Secret', namespace, name: secretName };
  const known = await clusters.own.get<Secret>(id);
  if (known !== undefined) {
    if (!known.data?.identity) throw errors.GitSecretIncomplete({ secret: `${namespace}/${secretName}`, url: publicUrl(url) });
    return;
  }
  const { identity, publicKey } = newSshKey(`fairlead ${kustomizationName}`);
  redactor.add(identity);
  const values = { identity, 'identity.pub': `${publicKey}\n`, ...(hosts === undefined ? {} : { known_hosts: hosts }) };
  const data = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
  const metadata = { name: secretName, namespace, labels: { [labels.managedBy]: 'fairlead' } };
  try {
    await clusters.own.create<Secret & { readonly type: string }>({ apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data });
    log.info('made an ssh key for Git', { secret: `${namespace}/${secretName}`, publicKey });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}
