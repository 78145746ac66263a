import { errors } from '../../common/errors';
import { publicUrl, transportOf } from '../../git/url';
import type { KubeClient } from '../../kube/types';
import { labels } from '../../model/labels';
import type { KubeObject } from '../../model/object';

type Variables = Readonly<Record<string, string | undefined>>;

export interface GitAddress {
  readonly url: string;
  /** Secret of its credentials. @default - none are needed */
  readonly secretName?: string;
}

/**
 * Over http the agent's name and password are of the environment, GIT_USERNAME and GIT_PASSWORD, and become the Secret that the program names. Over ssh
 * the agent makes its key. Throws `GitCredentialsMissing`.
 */
export async function ensureCredentials(client: KubeClient, { url, secretName }: GitAddress, namespace: string, variables: Variables): Promise<void> {
  if (secretName === undefined || transportOf(url) === 'ssh') return;
  const { GIT_USERNAME: username = 'git', GIT_PASSWORD: password } = variables;
  const id = { group: '', version: 'v1', kind: 'Secret', namespace, name: secretName };
  if (!password) {
    if ((await client.get(id, { as: 'metadata' })) !== undefined) return;
    throw errors.GitCredentialsMissing({ url: publicUrl(url), secret: `${namespace}/${secretName}` });
  }
  const secret: KubeObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: secretName, namespace, labels: { [labels.managedBy]: 'fairlead' } },
    type: 'Opaque',
    stringData: { username, password },
  };
  await client.apply(id, JSON.stringify(secret), { fieldManager: 'fairlead' });
}
