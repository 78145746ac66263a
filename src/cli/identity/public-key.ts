import { whereToAdd } from '../../agent/source/key-refused';
import { publicKeyOf } from '../../agent/source/public-key';
import { errors } from '../../common/errors';
import { transportOf } from '../../git/url';
import type { KubeClient } from '../../kube/types';
import { kinds } from '../../model/kinds';
import type { KubeObject } from '../../model/object';

export interface AgentIdentity {
  /** Name of the GitRepository. */
  readonly repository: string;
  readonly url: string;
  /** `namespace/name` of the Secret with the private half. */
  readonly secret: string;
  readonly publicKey: string;
  /** Where people add it. */
  readonly addAt: string;
}

interface GitRepository extends KubeObject {
  readonly spec: { readonly url: string; readonly secretRef?: { readonly name: string } };
}

type Secret = KubeObject & { readonly data?: Readonly<Record<string, string>> };

/** The public half of a key in a Secret, for people. Undefined: there is none. */
export async function publicKeyIn(client: KubeClient, namespace: string, name: string): Promise<string | undefined> {
  const secret = await client.get<Secret>({ group: '', version: 'v1', kind: 'Secret', namespace, name });
  const text = (key: string) => Buffer.from(secret?.data?.[key] ?? '', 'base64').toString();
  return text('identity.pub').trim() || publicKeyOf(text('identity'));
}

/** Keys by which the agent reads the repositories of its namespace over ssh. Throws `IdentityMissing`. */
export async function agentIdentities(client: KubeClient, namespace: string): Promise<AgentIdentity[]> {
  const repositories = await client.list<GitRepository>(kinds.GitRepository, { namespace });
  const identities: AgentIdentity[] = [];
  for (const { metadata, spec } of repositories) {
    if (spec.secretRef === undefined || transportOf(spec.url) !== 'ssh') continue;
    const publicKey = await publicKeyIn(client, namespace, spec.secretRef.name);
    if (publicKey === undefined) continue;
    const secret = `${namespace}/${spec.secretRef.name}`;
    identities.push({ repository: metadata.name, url: spec.url, secret, publicKey, addAt: whereToAdd(spec.url) });
  }
  if (identities.length > 0) return identities;
  const next =
    repositories.length === 0
      ? `nothing in namespace ${namespace} follows Git: fairlead bootstrap; the agent elsewhere: --agent-namespace`
      : 'it reads Git without one, over https; or it has not started yet: fairlead doctor';
  throw errors.IdentityMissing({ next });
}
