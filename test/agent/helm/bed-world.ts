import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HelmRelease, HelmReleaseSpec } from '../../../src/agent/helm/helm-release';
import { createHelmReleaseReconciler } from '../../../src/agent/helm/helm-release-reconciler';
import type { AgentRuntime } from '../../../src/agent/runtime/runtime';
import type { SourceContent, Sources } from '../../../src/agent/source/types';
import { errors } from '../../../src/common/errors';
import { RawKubeClient } from '../../../src/kube/client';
import { readKubeconfig } from '../../../src/kube/kubeconfig';
import { kinds } from '../../../src/model/kinds';
import { createEngine } from '../../../src/render/engine';
import { contentOf } from '../../../src/render/local-content';
import type { TestBed } from '../../../src/testbed/test-bed';
import { createRuntime, installKinds, requestsOf, untilObject } from '../../support/agent';

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
    await installKinds(bed, [kinds.HelmRelease]);
    return new BedWorld(bed);
  }

  /** A new agent; its memory is empty. */
  async start(): Promise<void> {
    const runtime = createRuntime(this.bed, this.folder);
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
      spec: { interval: '10m', timeout: '60s', chart, ...spec },
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
  async until(namespace: string, name: string, test: (object: HelmRelease) => boolean): Promise<HelmRelease> {
    const isIt = (object: HelmRelease | undefined) => object !== undefined && test(object);
    return (await untilObject(this.client, this.id(namespace, name), isIt)) as HelmRelease;
  }

  async untilReady(namespace: string, name: string): Promise<HelmRelease> {
    return await this.until(namespace, name, isReady);
  }

  /** What the agent has sent so far: `create secrets`, `apply deployments.apps`. */
  async requests(): Promise<Record<string, number>> {
    return await requestsOf(this.runtime);
  }

  async namespace(name: string): Promise<string> {
    await this.bed.kubectl(['create', 'namespace', name]);
    return name;
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
