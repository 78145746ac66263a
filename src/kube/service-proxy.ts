import { errors } from '../common/errors';
import type { Requests } from './requests';
import { StatusError } from './status-error';

/** Port of a Service, as the API server's proxy names it. */
export interface ProxiedService {
  readonly namespace: string;
  readonly name: string;
  /** Name of the port; empty for one without a name. */
  readonly port: string;
}

/** What the Pod behind a Service answered, whatever its status. */
export interface ServiceAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * HTTP to the Pods of a Service through the API server, which asks whether the user may `get` or `create` on `services/proxy`.
 * @see https://kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services/
 */
export class ServiceProxy {
  constructor(
    private readonly requests: Requests,
    readonly service: ProxiedService,
  ) {}

  /**
   * @param path below the Service's own root, with its leading `/`
   * @throws ServiceForbidden, ServiceUnreachable
   */
  async get(path: string): Promise<ServiceAnswer> {
    return await this.send('GET', path);
  }

  /** @throws ServiceForbidden, ServiceUnreachable */
  async post(path: string, json: string): Promise<ServiceAnswer> {
    return await this.send('POST', path, json);
  }

  private async send(method: 'GET' | 'POST', path: string, body?: string): Promise<ServiceAnswer> {
    const { namespace, name, port } = this.service;
    const verb = method === 'GET' ? 'get' : 'create';
    const headers = { accept: '*/*', ...(body !== undefined && { 'content-type': 'application/json' }) };
    const call = { method, path: `/api/v1/namespaces/${namespace}/services/http:${name}:${port}/proxy${path}`, verb, headers, body };
    try {
      const answer = await this.requests.send({ ...call, resource: 'services/proxy' }, `service ${namespace}/${name}`);
      return { status: answer.status, text: answer.body.toString() };
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      const refusal = this.refusal(error, verb);
      if (refusal !== undefined) throw refusal;
      return { status: error.status, text: error.answer };
    }
  }

  /** The error where it was the API server that refused: its answers give a reason. Undefined where the Pod did. */
  private refusal(error: StatusError, verb: string): Error | undefined {
    const { namespace, name, port } = this.service;
    const service = `${namespace}/${name}`;
    if (error.reason === 'Forbidden') {
      return errors.ServiceForbidden({ service, namespace, verb, resourceName: `http:${name}:${port}`, reason: error.answer }, error);
    }
    if (error.reason === 'ServiceUnavailable' || error.answer.startsWith('error trying to reach service')) {
      return errors.ServiceUnreachable({ service, namespace, reason: error.answer }, error);
    }
    return error.reason === '' ? undefined : error;
  }
}
