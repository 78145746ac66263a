import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { errors } from '../../../common/errors';
import { StatusError } from '../../../kube/status-error';
import type { KubeClient } from '../../../kube/types';
import type { KubeObject, ObjectMeta } from '../../../model/object';
import type { Runtime } from '../../runtime/types';
import { mayDo, type User } from '../access-review';
import { Recent } from '../recent';
import { type ProxyPeers, plainAddress } from './proxy-peers';
import { Refused } from './refused';

interface TokenReview extends KubeObject {
  readonly status?: { readonly authenticated?: boolean; readonly user?: User };
}

/** Who asks: somebody with a token of this cluster, or the API server for somebody it has authorized. */
export interface Caller {
  /** Absent: the API server. */
  readonly user?: User;
  /** Of the token. */
  readonly digest?: string;
}

export interface CallersOptions {
  /** Reviews change nothing, so they need no lease. */
  readonly client: Pick<KubeClient, 'create'>;
  readonly peers: ProxyPeers;
  readonly log: Runtime['log'];
}

const UPDATE = { verb: 'update', group: 'bitnami.com', resource: 'sealedsecrets' };

/** A right that was taken away is used for so long at most. */
const HOLDS_MS = 5_000;

/** Tells who asks and what they may, by the API server's own word. */
export class Callers {
  private readonly users = new Recent<User | undefined>(HOLDS_MS);
  private readonly rights = new Recent<boolean>(HOLDS_MS);

  constructor(private readonly options: CallersOptions) {}

  /** Refuses who is not known (401). What a request says of where it came from counts for nothing: its socket does. */
  async identify({ headers, socket }: IncomingMessage): Promise<Caller> {
    if (headers.authorization === undefined) {
      const address = plainAddress(socket.remoteAddress ?? '');
      if (await this.asked(() => this.options.peers.has(address))) return {};
      throw unknown('it has no bearer token, and does not come from the API server');
    }
    const token = /^Bearer +(\S+)$/i.exec(headers.authorization)?.[1];
    if (token === undefined) throw unknown('its authorization is no bearer token');
    const digest = createHash('sha256').update(token).digest('hex');
    const user = await this.asked(() => this.users.get(digest, () => this.review(token)));
    if (user === undefined) throw unknown('its token is not one that the cluster knows');
    return { user, digest };
  }

  /** Refuses who may not update that SealedSecret (403). The API server has asked already whether somebody may use its proxy. */
  async assertMayUpdate({ user, digest }: Caller, { namespace = '', name }: Pick<ObjectMeta, 'namespace' | 'name'>): Promise<void> {
    if (user === undefined) return;
    const isAllowed = await this.asked(() =>
      this.rights.get(`${digest} ${namespace}/${name}`, () => mayDo(this.options.client, user, { ...UPDATE, namespace, name })),
    );
    if (isAllowed) return;
    throw new Refused(403, errors.SealedCallerForbidden({ user: user.username ?? '', object: namespace === '' ? name : `${namespace}/${name}` }));
  }

  private async review(token: string): Promise<User | undefined> {
    const review: TokenReview = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', metadata: { name: '' }, spec: { token } };
    const { status } = await this.options.client.create(review);
    return status?.authenticated === true ? (status.user ?? {}) : undefined;
  }

  /** Its message may tell what was sent, a token, so only its status is logged. */
  private async asked<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      const because = error instanceof StatusError ? { status: error.status, reason: error.reason } : {};
      this.options.log.warn('the API server cannot be asked who may use the sealed secrets API', because);
      throw new Refused(503, errors.SealedNotServed({ reason: 'the API server cannot be asked just now who you are and what you may' }));
    }
  }
}

function unknown(reason: string): Refused {
  return new Refused(401, errors.SealedCallerUnknown({ reason }), { 'www-authenticate': 'Bearer' });
}
