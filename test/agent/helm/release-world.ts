import type { HelmRelease, HelmReleaseSpec } from '../../../src/agent/helm/helm-release';
import { createHelmReleaseReconciler } from '../../../src/agent/helm/helm-release-reconciler';
import { inProgress, isSettled, statusOf } from '../../../src/agent/runtime/outcome-status';
import { changedStatus } from '../../../src/agent/runtime/status-change';
import type { EventInput, Outcome, ReconcileContext, Reconciled, Reconciler, Runtime, StatusChange } from '../../../src/agent/runtime/types';
import type { SourceContent, Sources } from '../../../src/agent/source/types';
import { errors } from '../../../src/common/errors';
import type { KubeObject } from '../../../src/model/object';
import { MemoryApplied, MemoryCluster } from './memory-cluster';
import { type ToyChart, ToyEngine, toyContent } from './toy-engine';

const SPEC: HelmReleaseSpec = {
  interval: '10m',
  chart: { spec: { chart: 'charts/toy', sourceRef: { kind: 'GitRepository', name: 'repo' } } },
};

/** One HelmRelease `dev/app` in a memory cluster, and an agent that can be killed and started anew. */
export class ReleaseWorld {
  readonly cluster = new MemoryCluster();
  readonly events: EventInput[] = [];
  readonly asked: string[] = [];
  readonly stored = new Map<string, Reconciled>();
  /** Undefined: the source has nothing. */
  chart: ToyChart | undefined = { name: 'toy', version: '0.1.0', objects: ['a', 'b'] };
  /** The source has something, which this process has not fetched yet. */
  unfetched = false;
  /** Why a HelmRepository does not say which chart is wanted. */
  unresolved: Error | undefined;
  /** Why the chart cannot be downloaded. */
  undelivered: Error | undefined;
  /** Paths that were asked for. */
  readonly looked = new Set<string>();
  object: HelmRelease;
  applied!: MemoryApplied;
  statusWrites = 0;
  private reconciler!: Reconciler<HelmRelease>;

  constructor(spec: Partial<HelmReleaseSpec> = {}) {
    this.object = {
      apiVersion: 'helm.toolkit.fluxcd.io/v2',
      kind: 'HelmRelease',
      metadata: { name: 'app', namespace: 'dev', generation: 1 },
      spec: { ...SPEC, ...spec },
    };
    this.start();
  }

  /** A new agent process, with nothing in memory. */
  start(): void {
    this.cluster.restart();
    const client = this.cluster.client();
    this.applied = Object.assign(new MemoryApplied(this.cluster, client), { unhealthy: this.applied?.unhealthy ?? new Set<string>() });
    const runtime: Runtime = {
      clusters: { own: client, for: async () => ({ client, applied: this.applied }), accountOf: () => undefined },
      store: { get: (ref) => this.stored.get(`${ref.kind}/${ref.namespace}/${ref.name}`) as never, list: () => [], subscribe: () => undefined },
      requestReconcile: (_ref, cause) => void this.asked.push(cause),
      agentNamespace: 'flux-system',
      dataFolder: '/nowhere',
      redactor: { add: () => undefined, redact: (text) => text },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      metrics: { counter: () => ({ inc: () => undefined }), gauge: () => undefined, gauges: () => undefined },
      watchValues: () => () => undefined,
    };
    this.reconciler = createHelmReleaseReconciler(runtime, new ToyEngine(), this.sources());
  }

  change(spec: Partial<HelmReleaseSpec>): void {
    const { metadata } = this.object;
    this.object = { ...this.object, metadata: { ...metadata, generation: (metadata.generation ?? 0) + 1 }, spec: { ...this.object.spec, ...spec } };
  }

  annotate(annotations: Record<string, string>): void {
    this.object = { ...this.object, metadata: { ...this.object.metadata, annotations } };
  }

  /** One reconcile with what the runtime does about its outcome. */
  async visit(...causes: string[]): Promise<Outcome> {
    const outcome = await this.reconciler.reconcile(this.object, this.context(causes));
    const change = statusOf(outcome);
    if (change !== undefined) {
      const settled = isSettled(outcome) ? { observedGeneration: this.object.metadata.generation } : {};
      this.write({ ...change, fields: { ...change.fields, ...settled } });
    }
    return outcome;
  }

  async finalize(): Promise<Outcome> {
    return await this.reconciler.finalize!(this.object, this.context([]));
  }

  /** Visits until nothing more is done by itself. */
  async settle(most = 10): Promise<Outcome> {
    for (let visits = 1; ; visits++) {
      const outcome = await this.visit();
      if (outcome.type === 'ready' || outcome.type === 'stalled' || visits === most) return outcome;
    }
  }

  /** `v1 superseded`, oldest first. */
  revisions(): string[] {
    const of = (secret: KubeObject) => secret.metadata.labels ?? {};
    return this.cluster
      .of('Secret')
      .sort((a, b) => Number(of(a).version) - Number(of(b).version))
      .map((secret) => `v${of(secret).version} ${of(secret).status}`);
  }

  /** Names of the ConfigMaps that are there, with the values they show. */
  live(): Record<string, string> {
    return Object.fromEntries(
      this.cluster
        .of('ConfigMap')
        .map((object) => [object.metadata.name, (object.data as { values: string }).values] as const)
        .sort(),
    );
  }

  condition(type: string) {
    const found = this.object.status?.conditions?.find((one) => one.type === type);
    return found === undefined ? undefined : `${found.status} ${found.reason}: ${found.message}`;
  }

  private context(causes: readonly string[]): ReconcileContext {
    return {
      signal: new AbortController().signal,
      causes: new Set(causes),
      idle: async (wait) => await wait,
      writeStatus: async (change) => this.write(inProgress(change)),
      record: (event) => void this.events.push(event),
    };
  }

  private write(change: StatusChange): void {
    const context = { generation: this.object.metadata.generation, now: new Date(), redact: (text: string) => text };
    const status = JSON.parse(JSON.stringify(changedStatus(this.object.status ?? {}, change, context))) as HelmRelease['status'];
    if (JSON.stringify(status) === JSON.stringify(this.object.status)) return;
    this.cluster.write('status', () => {
      this.statusWrites++;
      this.object = { ...this.object, status };
    });
  }

  private sources(): Sources {
    const content = async (): Promise<SourceContent> => {
      if (this.chart === undefined || this.unfetched) throw errors.SourceNotReady({ source: 'repo' });
      return { ...toyContent(this.chart), revision: 'main@sha1:1' };
    };
    return {
      revision: () => (this.chart === undefined ? undefined : 'main@sha1:1'),
      content: async () => {
        if (this.undelivered !== undefined) throw this.undelivered;
        return await content();
      },
      digest: async (_ref, path) => {
        this.looked.add(path);
        if (this.unresolved !== undefined) throw this.unresolved;
        return (await content()).digest;
      },
      descends: async () => true,
    };
  }
}
