import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAppliedObjects } from '../../../src/agent/apply/applied-objects';
import type { HelmRelease, HelmReleaseSpec } from '../../../src/agent/helm/helm-release';
import { createHelmReleaseReconciler } from '../../../src/agent/helm/helm-release-reconciler';
import { AgentRuntime } from '../../../src/agent/runtime/runtime';
import type { SourceContent, Sources } from '../../../src/agent/source/types';
import { errors } from '../../../src/common/errors';
import { Redactor } from '../../../src/common/redactor';
import { RawKubeClient } from '../../../src/kube/client';
import { readKubeconfig } from '../../../src/kube/kubeconfig';
import { createEngine } from '../../../src/render/engine';
import { contentOf } from '../../../src/render/local-content';
import type { TestBed } from '../../../src/testbed/test-bed';

/** A chart's files by path. */
export type ChartFiles = Readonly<Record<string, string>>;

/** An agent with nothing but releases, on a test bed; charts are what the test says. */
export class BedWorld {
  /** By the path a release names. */
  readonly charts = new Map<string, ChartFiles>();
  readonly client: RawKubeClient;
  private readonly engine = createEngine();
  private readonly folder = mkdtempSync(join(tmpdir(), 'fairlead-helm-'));
  private runtime: AgentRuntime | undefined;

  constructor(private readonly bed: TestBed) {
    this.client = RawKubeClient.connect(readKubeconfig(bed.kubeconfig));
  }

  static async on(bed: TestBed): Promise<BedWorld> {
    const answer = execFileSync('go', ['mod', 'download', '-json', 'github.com/fluxcd/helm-controller@v1.6.3'], { cwd: tmpdir(), encoding: 'utf8' });
    const { Dir } = JSON.parse(answer) as { Dir: string };
    await bed.kubectl(['apply', '--server-side', '-f', join(Dir, 'config/crd/bases')]);
    await bed.kubectl(['wait', '--for', 'condition=Established', 'crd/helmreleases.helm.toolkit.fluxcd.io']);
    await bed.kubectl(['create', 'namespace', 'flux-system']);
    return new BedWorld(bed);
  }

  /** A new agent; its memory is empty. */
  async start(): Promise<void> {
    const redactor = new Redactor();
    const quiet = () => undefined;
    const runtime = new AgentRuntime({
      connection: readKubeconfig(this.bed.kubeconfig),
      agentNamespace: 'flux-system',
      dataFolder: this.folder,
      concurrency: 4,
      log: { debug: quiet, info: quiet, warn: quiet, error: (...args: unknown[]) => console.error(...args) } as never,
      redactor,
      createAppliedObjects: (client) => createAppliedObjects(client, { agentNamespace: 'flux-system' }),
      leaseTimes: { durationMs: 15_000, renewMs: 5_000, retryMs: 100 },
      onLost: (error) => console.error(error),
    });
    const reconciler = createHelmReleaseReconciler(runtime, this.engine, this.sources());
    runtime.reconcile(reconciler as never);
    runtime.component({ name: 'releases', runs: 'always', start: () => undefined, stop: () => reconciler.close() });
    await runtime.start();
    this.runtime = runtime;
  }

  async stop(): Promise<void> {
    await this.runtime?.stop();
    this.runtime = undefined;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.engine.close();
    this.client.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Creates a release, or changes its spec. */
  async want(namespace: string, name: string, spec: Partial<HelmReleaseSpec>): Promise<void> {
    const chart = { spec: { chart: `charts/${name}`, sourceRef: { kind: 'GitRepository', name: 'repo', namespace: 'flux-system' } } };
    const object = {
      apiVersion: 'helm.toolkit.fluxcd.io/v2',
      kind: 'HelmRelease',
      metadata: { name, namespace },
      spec: { interval: '10m', timeout: '20s', chart, ...spec },
    };
    await this.client.apply(this.id(namespace, name), JSON.stringify(object), { fieldManager: 'test' });
  }

  /** A commit: releases of a chart are asked to look again. */
  commit(chart: string, files: ChartFiles): void {
    this.charts.set(`charts/${chart}`, files);
    for (const object of this.runtime?.store.list<HelmRelease>('HelmRelease') ?? []) {
      if (object.spec.chart?.spec.chart !== `charts/${chart}`) continue;
      this.runtime?.requestReconcile({ kind: 'HelmRelease', namespace: object.metadata.namespace ?? '', name: object.metadata.name }, 'revision');
    }
  }

  async release(namespace: string, name: string): Promise<HelmRelease | undefined> {
    return await this.client.get<HelmRelease>(this.id(namespace, name));
  }

  /** Resolves with the release as soon as it is as the test says; by watch. */
  async until(namespace: string, name: string, test: (object: HelmRelease) => boolean, timeoutMs = 60_000): Promise<HelmRelease> {
    const stop = new AbortController();
    let last: HelmRelease | undefined;
    try {
      return await new Promise((resolve, reject) => {
        setTimeout(() => reject(new Error(`not in time: ${JSON.stringify(last?.status, undefined, 2)}`)), timeoutMs).unref();
        this.client.watch(
          this.id(namespace, name),
          { namespace, fieldSelector: `metadata.name=${name}` },
          (event) => {
            if (event.type === 'SYNCED' || event.type === 'DELETED') return;
            last = event.object as HelmRelease;
            if (test(last)) resolve(last);
          },
          stop.signal,
        );
      });
    } finally {
      stop.abort();
    }
  }

  async untilReady(namespace: string, name: string): Promise<HelmRelease> {
    return await this.until(namespace, name, isReady);
  }

  /** How often the agent has sent what so far: `create secrets`, `apply deployments.apps`. */
  async requests(): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (const line of (await this.runtime!.metrics.text()).split('\n')) {
      const [, labels = '', count] = /^fairlead_api_requests_total\{(.*)\} (\d+)/.exec(line) ?? [];
      if (count === undefined) continue;
      const label = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(labels)?.[1];
      const what = `${label('verb')} ${label('resource')}`;
      counts.set(what, (counts.get(what) ?? 0) + Number(count));
    }
    return counts;
  }

  /** Resolves when the agent has told of something. */
  async eventOf(namespace: string, name: string, reason: string): Promise<void> {
    const stop = new AbortController();
    await new Promise<void>((resolve) => {
      const selection = { namespace, fieldSelector: `involvedObject.name=${name},reason=${reason}` };
      this.client.watch({ group: '', version: 'v1', kind: 'Event' }, selection, (event) => event.type === 'ADDED' && resolve(), stop.signal);
    });
    stop.abort();
  }

  id(namespace: string, name: string) {
    return { group: 'helm.toolkit.fluxcd.io', version: 'v2', kind: 'HelmRelease', namespace, name };
  }

  private sources(): Sources {
    const content = async (_ref: unknown, path: string): Promise<SourceContent> => {
      const files = this.charts.get(path);
      if (files === undefined) throw errors.SourcePathMissing({ path, source: 'repo', revision: 'main' });
      return { ...contentOf(files), revision: 'main@sha1:1' };
    };
    return { revision: () => 'main@sha1:1', content, digest: async (ref, path) => (await content(ref, path)).digest, descends: async () => true };
  }
}

export function isReady(object: HelmRelease): boolean {
  const ready = object.status?.conditions?.find((condition) => condition.type === 'Ready');
  return ready?.status === 'True' && object.status?.observedGeneration === object.metadata.generation;
}
