import { setMaxListeners } from 'node:events';
import type { Readable } from 'node:stream';
import { errors } from '../common/errors';
import { onAbort } from '../common/on-abort';
import { apiVersionOf, idOf, type KubeObject, nameOf, type ObjectId } from '../model/object';
import type { Connection } from './connection';
import { Discovery } from './discovery';
import { type ListPage, pages } from './list';
import { collectionPath, objectPath, query } from './paths';
import { openPodLog, type PodLogOptions } from './pod-log';
import { type RequestOptions, Requests } from './requests';
import { ServiceProxy } from './service-proxy';
import { isNotFound } from './status-error';
import { type Answer, type Call, Transport, type TransportOptions } from './transport';
import type { ApiResource, ApplyOptions, DeleteOptions, GroupVersionKind, KubeClient, Selection, WatchEvent } from './types';
import { watchForever } from './watch';

interface ServiceObject extends KubeObject {
  readonly spec: { readonly ports?: readonly { readonly name?: string }[] };
}

const METADATA = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json';

/** Kubernetes over kept-alive connections: JSON in, JSON out, nothing generated, so that no field is ever lost. */
export class RawKubeClient implements KubeClient {
  private serverVersion: string | undefined;

  private constructor(
    private readonly requests: Requests,
    private readonly discovery: Discovery,
    private readonly closing: AbortController,
  ) {}

  static connect(connection: Connection, options: RequestOptions & TransportOptions = {}): RawKubeClient {
    const requests = new Requests(new Transport(connection, options), options);
    const closing = new AbortController();
    setMaxListeners(0, closing.signal);
    return new RawKubeClient(requests, new Discovery(requests), closing);
  }

  /** The same server, connections and discovery with other options, e.g. as somebody else. */
  as(options: RequestOptions): RawKubeClient {
    return new RawKubeClient(this.requests.as(options), this.discovery, this.closing);
  }

  async resource(kind: GroupVersionKind, options?: { readonly now?: boolean }): Promise<ApiResource | undefined> {
    return await this.discovery.resource(kind, options?.now);
  }

  async apiVersions(): Promise<readonly string[]> {
    return await this.discovery.apiVersions();
  }

  async kindCalled(word: string): Promise<GroupVersionKind | undefined> {
    return await this.discovery.kindCalled(word);
  }

  async version(): Promise<string> {
    if (this.serverVersion === undefined) {
      const answer = await this.requests.send({ method: 'GET', path: '/version', verb: 'get', resource: 'version' }, 'API version');
      this.serverVersion = (JSON.parse(answer.body.toString()) as { gitVersion: string }).gitVersion;
    }
    return this.serverVersion;
  }

  async get<T extends KubeObject = KubeObject>(id: ObjectId, options: { as?: 'object' | 'metadata' } = {}): Promise<T | undefined> {
    const resource = await this.discovery.anyVersion(id);
    if (resource === undefined) return undefined;
    const headers = options.as === 'metadata' ? { accept: METADATA } : undefined;
    const path = objectPath(resource, id);
    const answer = await this.unlessGone(resource, { method: 'GET', path, verb: 'get', resource: metricName(resource), headers }, nameOf(id));
    return answer === undefined ? undefined : stamped<T>(parsed<T>(answer), resource);
  }

  async list<T extends KubeObject = KubeObject>(kind: GroupVersionKind, selection: Selection = {}): Promise<readonly T[]> {
    const resource = await this.discovery.anyVersion(kind);
    if (resource === undefined) return [];
    const items: KubeObject[] = [];
    for await (const page of this.pages(resource, selection)) items.push(...page.items);
    return items as unknown as T[];
  }

  async create<T extends KubeObject = KubeObject>(object: T, { fieldManager }: { fieldManager?: string } = {}): Promise<T> {
    const id = idOf(object);
    const resource = await this.served(id);
    if (resource.namespaced && id.namespace === '') throw errors.NamespaceMissing({ kind: id.kind, name: id.name });
    const path = collectionPath(resource, id.namespace) + query({ fieldManager });
    return parsed<T>(
      await this.write(resource, { method: 'POST', path, verb: 'create', resource: metricName(resource), ...json(object) }, nameOf(id)),
    );
  }

  async replace<T extends KubeObject = KubeObject>(object: T, options: { subresource?: string; fieldManager?: string } = {}): Promise<T> {
    const id = idOf(object);
    const resource = await this.served(id);
    const path = objectPath(resource, id, options.subresource) + query({ fieldManager: options.fieldManager });
    const call = { method: 'PUT', path, verb: 'update', resource: metricName(resource, options.subresource), ...json(object) } as const;
    return parsed<T>(await this.write(resource, call, nameOf(id)));
  }

  async apply<T extends KubeObject = KubeObject>(id: ObjectId, body: Buffer | string, options: ApplyOptions): Promise<T> {
    const resource = await this.served(id);
    const { fieldManager, force = true } = options;
    const path = objectPath(resource, id) + query({ fieldManager, force, dryRun: options.dryRun ? 'All' : undefined });
    const headers = { 'content-type': 'application/apply-patch+yaml' };
    const answer = await this.write(resource, { method: 'PATCH', path, verb: 'apply', resource: metricName(resource), body, headers }, nameOf(id));
    options.onAnswer?.({ created: answer.status === 201, date: answer.headers.date });
    return parsed<T>(answer);
  }

  async patch<T extends KubeObject = KubeObject>(
    id: ObjectId,
    type: 'merge' | 'json',
    body: unknown,
    options: { subresource?: string; fieldManager?: string } = {},
  ): Promise<T> {
    const resource = await this.served(id);
    const path = objectPath(resource, id, options.subresource) + query({ fieldManager: options.fieldManager });
    const headers = { 'content-type': type === 'merge' ? 'application/merge-patch+json' : 'application/json-patch+json' };
    const call = { method: 'PATCH', path, verb: 'patch', resource: metricName(resource, options.subresource), ...json(body), headers } as const;
    return parsed<T>(await this.write(resource, call, nameOf(id)));
  }

  async delete(id: ObjectId, options: DeleteOptions = {}): Promise<boolean> {
    const resource = await this.discovery.anyVersion(id);
    if (resource === undefined) return false;
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: options.propagation ?? 'Background',
      preconditions: options.uid === undefined ? undefined : { uid: options.uid },
    };
    const path = objectPath(resource, id);
    const answer = await this.unlessGone(
      resource,
      { method: 'DELETE', path, verb: 'delete', resource: metricName(resource), ...json(body) },
      nameOf(id),
    );
    return answer !== undefined;
  }

  watch(
    kind: GroupVersionKind,
    selection: Selection,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
    onError?: (error: Error) => void,
  ): void {
    const stop = new AbortController();
    const unlink = onAbort(this.closing.signal, (reason) => {
      stop.abort(reason);
      onError?.(errors.WatchInterrupted({ cause: 'its client is closed' }, reason));
    });
    onAbort(signal, (reason) => {
      unlink();
      stop.abort(reason);
    });
    const source = {
      resource: () => this.discovery.anyVersion(kind),
      onDiscoveryChange: (callback: () => void) => this.discovery.onChange(callback),
      absent: () => this.discovery.forget(kind),
      pages: (resource: ApiResource) => this.pages(resource, selection, stop.signal),
      open: (resource: ApiResource, params: Readonly<Record<string, string | number | boolean>>, until: AbortSignal) => {
        const path = collectionPath(resource, selection.namespace) + query({ ...selectors(selection), ...params });
        const headers = selection.as === 'metadata' ? { accept: METADATA } : undefined;
        return this.requests.open(
          { method: 'GET', path, verb: 'watch', resource: metricName(resource), headers, signal: until },
          watchSubject(resource),
        );
      },
      stamp: stamped,
    };
    watchForever(source, onEvent, stop.signal, onError);
  }

  /** The way to a Service's first port through the API server. Undefined where there is no such Service. */
  async service(namespace: string, name: string): Promise<ServiceProxy | undefined> {
    const service = await this.get<ServiceObject>({ group: '', version: 'v1', kind: 'Service', namespace, name });
    return service && new ServiceProxy(this.requests, { namespace, name, port: service.spec.ports?.[0]?.name ?? '' });
  }

  /** What a container of a Pod wrote, as it comes. */
  async podLog(namespace: string, pod: string, options?: PodLogOptions): Promise<Readable> {
    return await openPodLog(this.requests, namespace, pod, options);
  }

  /** Ends watches and connections, those of `as` included. */
  close(): void {
    this.closing.abort(new DOMException('the client is closed', 'AbortError'));
    this.requests.transport.close();
  }

  private pages(resource: ApiResource, selection: Selection, signal?: AbortSignal): AsyncGenerator<ListPage> {
    return pages(this.requests, resource, {
      path: collectionPath(resource, selection.namespace),
      params: selectors(selection),
      as: selection.as,
      signal,
    });
  }

  private async served(id: GroupVersionKind): Promise<ApiResource> {
    const resource = await this.discovery.resource(id);
    if (resource === undefined) throw errors.KindUnknown({ kind: id.kind, apiVersion: apiVersionOf(id) });
    return resource;
  }

  /** Undefined where there is no such object, or its kind went away since discovery. */
  private async unlessGone(resource: ApiResource, call: Call, subject: string): Promise<Answer | undefined> {
    try {
      return await this.requests.send(call, subject);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      if (error.reason === '') this.discovery.forget(resource);
      return undefined;
    }
  }

  private async write(resource: ApiResource, call: Call, subject: string): Promise<Answer> {
    try {
      return await this.requests.send(call, subject);
    } catch (error) {
      if (!isNotFound(error) || error.reason !== '') throw error;
      this.discovery.forget(resource);
      throw errors.KindUnknown({ kind: resource.kind, apiVersion: apiVersionOf(resource) }, error);
    }
  }
}

function json(body: unknown): { readonly body: string; readonly headers: Readonly<Record<string, string>> } {
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

function parsed<T>(answer: Answer): T {
  return JSON.parse(answer.body.toString()) as T;
}

/** Items of lists name no kind, and metadata names its own: every object that leaves here is what it is. */
function stamped<T extends KubeObject>(object: T, resource: ApiResource): T {
  return Object.assign(object, { apiVersion: apiVersionOf(resource), kind: resource.kind });
}

function selectors(selection: Selection): Record<string, string | undefined> {
  return { labelSelector: selection.labelSelector, fieldSelector: selection.fieldSelector };
}

/** `deployments.apps`, `pods`, `kustomizations.kustomize.toolkit.fluxcd.io/status`. */
function metricName(resource: ApiResource, subresource?: string): string {
  const name = resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
  return subresource === undefined ? name : `${name}/${subresource}`;
}

function watchSubject(resource: ApiResource): string {
  return `watch of ${metricName(resource)}`;
}
