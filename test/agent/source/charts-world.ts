import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createHelmReleaseReconciler } from '../../../src/agent/helm/helm-release-reconciler';
import { createKustomizeRoom } from '../../../src/agent/kustomize/room';
import { readyOf } from '../../../src/agent/runtime/dependencies';
import type { AgentRuntime } from '../../../src/agent/runtime/runtime';
import type { Reconciled } from '../../../src/agent/runtime/types';
import { createSourceRoom } from '../../../src/agent/source/room';
import { RawKubeClient } from '../../../src/kube/client';
import { readKubeconfig } from '../../../src/kube/kubeconfig';
import { type Kind, kinds } from '../../../src/model/kinds';
import { createEngine } from '../../../src/render/engine';
import type { TestBed } from '../../../src/testbed/test-bed';
import { createRuntime, installKinds, untilObject } from '../../support/agent';
import { ChartServer } from './chart-server';

const USED: readonly Kind[] = [
  kinds.GitRepository,
  kinds.HelmRepository,
  kinds.HelmChart,
  kinds.OCIRepository,
  kinds.Kustomization,
  kinds.HelmRelease,
];

/** An agent with sources, releases and Kustomizations on a test bed, and charts published where they usually are. */
export class ChartsWorld {
  readonly folder = mkdtempSync(join(tmpdir(), 'fairlead-charts-'));
  readonly server = new ChartServer(join(this.folder, 'repository'));
  readonly client: RawKubeClient;
  private readonly engine = createEngine();
  private runtime: AgentRuntime | undefined;

  private constructor(private readonly bed: TestBed) {
    this.client = RawKubeClient.connect(readKubeconfig(bed.kubeconfig));
  }

  static async on(bed: TestBed): Promise<ChartsWorld> {
    await installKinds(bed, USED);
    const world = new ChartsWorld(bed);
    mkdirSync(world.server.folder);
    await world.server.start();
    await world.start();
    return world;
  }

  /** A new agent; its memory is empty. */
  async start(): Promise<void> {
    const runtime = createRuntime(this.bed, join(this.folder, 'agent'));
    const room = createSourceRoom(runtime);
    for (const reconciler of room.reconcilers) runtime.reconcile(reconciler);
    for (const reconciler of createKustomizeRoom(runtime, room.sources, this.engine).reconcilers) runtime.reconcile(reconciler);
    const releases = createHelmReleaseReconciler(runtime, this.engine, room.sources);
    runtime.reconcile(releases as never);
    runtime.component({ name: 'releases', runs: 'always', start: () => undefined, stop: () => releases.close() });
    runtime.component({ name: 'sources', runs: 'always', start: () => undefined, stop: () => room.close() });
    await runtime.start();
    this.runtime = runtime;
  }

  async stop(): Promise<void> {
    await this.runtime?.stop();
    this.runtime = undefined;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.server.stop();
    await this.engine.close();
    this.client.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The archive of a chart whose one ConfigMap shows its version and `values.text`. */
  async packageChart(name: string, version: string): Promise<string> {
    const folder = join(this.folder, 'sources', name);
    const files = {
      'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: ${version}\n`,
      'values.yaml': 'text: plain\n',
      'values-loud.yaml': 'text: LOUD\n',
      'templates/map.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  version: {{ .Chart.Version | quote }}\n  text: {{ .Values.text }}\n',
    };
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    await this.bed.helm(['package', folder, '--destination', this.server.folder]);
    return join(this.server.folder, `${name}-${version}.tgz`);
  }

  /** The HTTP repository has a version, and the agent hears of it. */
  async publish(name: string, version: string): Promise<void> {
    await this.packageChart(name, version);
    await this.bed.helm(['repo', 'index', this.server.folder]);
  }

  async push(archive: string): Promise<void> {
    await this.bed.helm(['push', archive, `oci://${this.bed.registry}/charts`, '--plain-http']);
  }

  async want(kind: Kind, namespace: string, name: string, spec: object, annotations: Readonly<Record<string, string>> = {}): Promise<void> {
    const object = { apiVersion: `${kind.group}/${kind.version}`, kind: kind.kind, metadata: { name, namespace, annotations }, spec };
    await this.client.apply({ ...kind, namespace, name }, JSON.stringify(object), { fieldManager: 'test', force: true });
  }

  /** Somebody asks for a visit now. */
  ask(kind: Kind, namespace: string, name: string): void {
    this.runtime?.requestReconcile({ kind: kind.kind, namespace, name }, 'requested');
  }

  async until(kind: Kind, namespace: string, name: string, what: string, isIt: (object: Reconciled) => boolean): Promise<Reconciled> {
    return (await untilObject<Reconciled>(
      this.client,
      { ...kind, namespace, name },
      (object) => object !== undefined && isIt(object),
      what,
    )) as Reconciled;
  }

  async untilReady(kind: Kind, namespace: string, name: string): Promise<Reconciled> {
    return await this.until(kind, namespace, name, 'ready', isReadyNow);
  }

  /** Data of a ConfigMap as soon as it is as asked. */
  async untilData(namespace: string, name: string, expected: Readonly<Record<string, string>>): Promise<void> {
    const isIt = (found: unknown) =>
      Object.entries(expected).every(([key, value]) => (found as { data?: Record<string, string> })?.data?.[key] === value);
    await untilObject(this.client, { group: '', version: 'v1', kind: 'ConfigMap', namespace, name }, isIt, JSON.stringify(expected));
  }

  async untilGone(namespace: string, name: string): Promise<void> {
    await untilObject(this.client, { group: '', version: 'v1', kind: 'ConfigMap', namespace, name }, (found) => found === undefined, 'gone');
  }
}

export function isReadyNow(object: Reconciled): boolean {
  return readyOf(object)?.status === 'True' && object.status?.observedGeneration === object.metadata.generation;
}
