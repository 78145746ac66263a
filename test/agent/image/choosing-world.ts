import http from 'node:http';
import { join } from 'node:path';
import { createChoosing } from '../../../src/agent/image/room';
import type { ImagePolicy, ImagePolicySpec, ImageRepository, ImageRepositorySpec } from '../../../src/agent/image/types';
import { readyOf } from '../../../src/agent/runtime/dependencies';
import type { AgentRuntime } from '../../../src/agent/runtime/runtime';
import { RawKubeClient } from '../../../src/kube/client';
import { readKubeconfig } from '../../../src/kube/kubeconfig';
import type { KubeClient } from '../../../src/kube/types';
import { type Kind, kinds } from '../../../src/model/kinds';
import { apiVersionOf, idOf } from '../../../src/model/object';
import { Authorization } from '../../../src/oci/authorization';
import { openImageRegistry } from '../../../src/oci/registry';
import { Transport } from '../../../src/oci/transport';
import type { TestBed } from '../../../src/testbed/test-bed';
import { scratch } from '../../git/git-server';
import { FakeRegistry } from '../../oci/fake-registry';
import { AGENT_NAMESPACE, createRuntime, installKinds, requestsOf, untilObject } from '../../support/agent';

/** An agent with scans and policies in this process, against a bed. It reaches the bed's registry by a door that can be closed. */
export class ChoosingWorld {
  readonly client: KubeClient;
  private runtime: AgentRuntime | undefined;
  private transport: Transport | undefined;
  private readonly folder = scratch();
  private count = 0;

  private constructor(private readonly bed: TestBed) {
    this.client = RawKubeClient.connect(readKubeconfig(bed.kubeconfig), {});
  }

  static async start(bed: TestBed): Promise<ChoosingWorld> {
    const world = new ChoosingWorld(bed);
    await installKinds(bed, [kinds.ImageRepository, kinds.ImagePolicy]);
    await world.startAgent();
    return world;
  }

  /** The agent, anew. */
  async startAgent(dataFolder = 'data'): Promise<void> {
    const runtime = createRuntime(this.bed, join(this.folder.path, dataFolder));
    const transport = new Transport();
    const authorization = new Authorization(transport);
    const none = () => Promise.reject(new Error('no charts here'));
    const charts = { chartVersions: none, chartDigest: none };
    for (const reconciler of createChoosing(runtime, charts, (image, access) => openImageRegistry(image, access, authorization))) {
      runtime.reconcile(reconciler);
    }
    this.runtime = runtime;
    this.transport = transport;
    await runtime.start();
  }

  async stopAgent(): Promise<void> {
    await this.runtime?.stop();
    this.transport?.close();
    this.runtime = undefined;
  }

  async stop(): Promise<void> {
    await this.stopAgent();
    this.client.close();
    this.folder.remove();
  }

  unique(): string {
    this.count += 1;
    return `t${this.count}`;
  }

  /** A door of one's own to the bed's registry. Counts and refuses as its `answer` is told. */
  async door(): Promise<FakeRegistry> {
    return await FakeRegistry.start(this.forward);
  }

  readonly forward: FakeRegistry['answer'] = (request, response) => {
    const [hostname, port] = this.bed.registry.split(':');
    const { method, url: path, headers } = request;
    http
      .request({ hostname, port, method, path, headers }, (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      })
      .on('error', () => response.destroy())
      .end();
  };

  async repository(name: string, spec: Partial<ImageRepositorySpec>): Promise<void> {
    await this.client.create({ ...object(kinds.ImageRepository, name), spec: { image: `${this.bed.registry}/${name}`, interval: '1h', ...spec } });
  }

  async policy(name: string, spec: Partial<ImagePolicySpec>, rule?: object): Promise<void> {
    const { metadata, ...rest } = object(kinds.ImagePolicy, name);
    const annotations: Record<string, string> = rule === undefined ? {} : { 'fairlead.dev/image-rule': JSON.stringify(rule) };
    await this.client.create({ ...rest, metadata: { ...metadata, annotations }, spec: { imageRepositoryRef: { name }, ...spec } });
  }

  /** One that takes the image built last. */
  async newest(name: string, rule: object = {}, spec: Partial<ImagePolicySpec> = {}): Promise<void> {
    await this.policy(name, { policy: { alphabetical: {} }, filterTags: { pattern: '^$' }, ...spec }, { order: 'newest', ...rule });
  }

  /** Asks for a scan and waits for its end. */
  async scan(name: string): Promise<ImageRepository> {
    const requestedAt = await this.request(kinds.ImageRepository, name);
    return await this.untilRepository(name, (found) => found.status?.lastHandledReconcileAt === requestedAt);
  }

  async request(kind: Kind, name: string): Promise<string> {
    this.count += 1;
    const requestedAt = `${Date.now()} ${this.count}`;
    await this.client.patch(idOf(object(kind, name)), 'merge', { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': requestedAt } } });
    return requestedAt;
  }

  async untilRepository(name: string, isIt: (found: ImageRepository) => boolean, what?: string): Promise<ImageRepository> {
    const id = idOf(object(kinds.ImageRepository, name));
    return (await untilObject(this.client, id, (found) => found !== undefined && isIt(found as ImageRepository), what)) as ImageRepository;
  }

  async untilPolicy(name: string, isIt: (found: ImagePolicy) => boolean, what?: string): Promise<ImagePolicy> {
    const id = idOf(object(kinds.ImagePolicy, name));
    return (await untilObject(this.client, id, (found) => found !== undefined && isIt(found as ImagePolicy), what)) as ImagePolicy;
  }

  /** The policy as soon as it is ready with this tag. */
  async chosen(name: string, tag: string): Promise<ImagePolicy> {
    return await this.untilPolicy(name, (found) => readyOf(found)?.status === 'True' && found.status?.latestRef?.tag === tag, `ready with ${tag}`);
  }

  async notReady(name: string, reason: string): Promise<ImagePolicy> {
    return await this.untilPolicy(name, (found) => readyOf(found)?.status === 'False' && readyOf(found)?.reason === reason, `not ready: ${reason}`);
  }

  /** Status writes of a kind since the agent started. */
  async statusWrites(kind: Kind): Promise<number> {
    return (await requestsOf(this.runtime))[`patch ${kind.plural}.${kind.group}/status`] ?? 0;
  }

  /** Every visit has ended. */
  async rest(): Promise<void> {
    const isBusy = async () => /^fairlead_(queue_depth|reconciles_active)\{.*\} [1-9]/m.test((await this.runtime?.metrics.text()) ?? '');
    while (await isBusy()) await new Promise(setImmediate);
  }
}

function object(kind: Kind, name: string) {
  return { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { name, namespace: AGENT_NAMESPACE } };
}
