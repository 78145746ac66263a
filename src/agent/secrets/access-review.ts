import type { KubeClient } from '../../kube/types';
import type { KubeObject } from '../../model/object';

/** Somebody, as the API server knows them. */
export interface User {
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** What somebody would do. Without a namespace: in every one. */
export interface Access {
  readonly verb: string;
  /** @default - the core group */
  readonly group?: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
}

interface SubjectAccessReview extends KubeObject {
  readonly status?: { readonly allowed?: boolean };
}

/** Whether somebody may do something, by the API server's own word. */
export async function mayDo(client: Pick<KubeClient, 'create'>, user: User, access: Access): Promise<boolean> {
  const { username, uid, groups, extra } = user;
  const review: SubjectAccessReview = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    metadata: { name: '' },
    spec: { user: username, uid, groups, extra, resourceAttributes: access },
  };
  return (await client.create(review)).status?.allowed === true;
}

export function serviceAccount(namespace: string, name: string): User {
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
  return { username: `system:serviceaccount:${namespace}:${name}`, groups };
}
