import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createAppliedObjects } from '../../../src/agent/apply/applied-objects';
import type { Kustomization, KustomizationSpec } from '../../../src/agent/kustomize/kustomization';
import { createKustomizeRoom } from '../../../src/agent/kustomize/room';
import { AgentRuntime } from '../../../src/agent/runtime/runtime';
import { createSourceRoom } from '../../../src/agent/source/room';
import { createLogger } from '../../../src/common/logger';
import { Redactor } from '../../../src/common/redactor';
import { RawKubeClient } from '../../../src/kube/client';
import { readKubeconfig } from '../../../src/kube/kubeconfig';
import type { KubeClient } from '../../../src/kube/types';
import { kinds } from '../../../src/model/kinds';
import { idOf, type KubeObject, type ObjectId } from '../../../src/model/object';
import { createEngine } from '../../../src/render/engine';
import type { TestBed } from '../../../src/testbed/test-bed';
import { Author, GitServer, scratch } from '../../git/git-server';

const NAMESPACE = 'flux-system';
const MODULES = { kustomize: 'github.com/fluxcd/kustomize-controller@v1.9.4', source: 'github.com/fluxcd/source-controller@v1.9.4' };

/** Flux's own CRDs, as the package ships them; before they are generated, from the module they come from. */
function crdFile(controller: keyof typeof MODULES, name: string): string {
  const generated = join(__dirname, '../../../crds', name);
  if (existsSync(generated)) return generated;
  const { Dir } = JSON.parse(execFileSync('go', ['mod', 'download', '-json', MODULES[controller]]).toString()) as { Dir: string };
  return join(Dir, 'config/crd/bases', name);
}

/** An agent with sources and Kustomizations in this process, against a test bed, and a Git server of its own. */
export class KustomizeWorld {
  readonly client: KubeClient;
  readonly engine = createEngine();
  private runtime?: AgentRuntime;
  private closeSources = () => {};
  private readonly data: string;
  private count = 0;

  private constructor(
    readonly bed: TestBed,
    readonly server: GitServer,
    private readonly folder: ReturnType<typeof scratch>,
  ) {
    this.data = join(folder.path, 'data');
    this.client = RawKubeClient.connect(readKubeconfig(bed.kubeconfig), {});
  }

  static async start(bed: TestBed): Promise<KustomizeWorld> {
    const folder = scratch();
    const world = new KustomizeWorld(bed, await GitServer.start(folder.path), folder);
    await bed.kubectl(['create', 'namespace', NAMESPACE]);
    await bed.kubectl(['apply', '--server-side', '-f', crdFile('kustomize', 'kustomize.toolkit.fluxcd.io_kustomizations.yaml')]);
    await bed.kubectl(['apply', '--server-side', '-f', crdFile('source', 'source.toolkit.fluxcd.io_gitrepositories.yaml')]);
    await bed.kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s']);
    await world.startAgent();
    return world;
  }

  /** The agent, anew. What it kept on disk is there. */
  async startAgent(): Promise<void> {
    const redactor = new Redactor();
    this.runtime = new AgentRuntime({
      connection: readKubeconfig(this.bed.kubeconfig),
      agentNamespace: NAMESPACE,
      dataFolder: this.data,
      concurrency: 4,
      log: createLogger({ level: process.env.FAIRLEAD_TEST_LOG === undefined ? 'error' : 'info' }),
      redactor,
      leaseTimes: { durationMs: 4000, renewMs: 1000, retryMs: 500 },
      onLost: (error) => {
        throw error;
      },
      createAppliedObjects: (client) => createAppliedObjects(client, { agentNamespace: NAMESPACE }),
    });
    const room = createSourceRoom(this.runtime);
    this.closeSources = () => room.close();
    for (const reconciler of [...room.reconcilers, ...createKustomizeRoom(this.runtime, room.sources, this.engine).reconcilers]) {
      this.runtime.reconcile(reconciler);
    }
    await this.runtime.start();
  }

  async stopAgent(): Promise<void> {
    await this.runtime?.stop();
    this.closeSources();
    this.runtime = undefined;
  }

  async stop(): Promise<void> {
    await this.stopAgent();
    await this.engine.close();
    this.client.close();
    await this.server.stop();
    this.folder.remove();
  }

  /** A name no other test uses. */
  unique(): string {
    this.count += 1;
    return `t${this.count}`;
  }

  /** A repository with these files, and its GitRepository of the same name. */
  async repository(name: string, files: Readonly<Record<string, string>>): Promise<Author> {
    const author = new Author(this.folder.path, name);
    author.commit(files);
    await this.client.create({
      ...object(kinds.GitRepository, name),
      spec: { url: this.server.url(name), interval: '1h', ref: { branch: 'main' } },
    });
    return author;
  }

  /** Commits, and asks for the commit to be fetched, as a webhook would. */
  async push(author: Author, name: string, files: Readonly<Record<string, string | null>>): Promise<string> {
    const commit = author.commit(files);
    await this.request(name);
    return `main@sha1:${commit}`;
  }

  /** The repository's artifact is there. */
  async fetched(name: string): Promise<void> {
    await this.untilObject(
      idOf(object(kinds.GitRepository, name)),
      (found) => (found?.status as { artifact?: object })?.artifact !== undefined,
      'fetched',
    );
  }

  async request(name: string): Promise<void> {
    this.count += 1;
    const body = { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': `${Date.now()} ${this.count}` } } };
    await this.client.patch(idOf(object(kinds.GitRepository, name)), 'merge', body);
  }

  async kustomization(name: string, spec: Partial<KustomizationSpec> = {}, annotations: Record<string, string> = {}): Promise<void> {
    await this.client.create(this.kustomizationObject(name, spec, annotations));
  }

  kustomizationObject(name: string, spec: Partial<KustomizationSpec> = {}, annotations: Record<string, string> = {}) {
    const { metadata, ...rest } = object(kinds.Kustomization, name);
    const sourceRef = { kind: 'GitRepository', name };
    return { ...rest, metadata: { ...metadata, annotations }, spec: { interval: '1h', prune: true, path: './', sourceRef, ...spec } };
  }

  id(name: string): ObjectId {
    return idOf(object(kinds.Kustomization, name));
  }

  /** The Kustomization as soon as it is as asked. */
  async until(name: string, isIt: (kustomization: Kustomization) => boolean, what = 'as asked'): Promise<Kustomization> {
    return (await this.untilObject(this.id(name), (found) => found !== undefined && isIt(found as Kustomization), what)) as Kustomization;
  }

  /** Ready for this revision, nothing under way. */
  async ready(name: string, revision?: string): Promise<Kustomization> {
    return await this.until(
      name,
      (found) => readyOf(found)?.status === 'True' && (revision === undefined || found.status?.lastAppliedRevision === revision),
      `ready at ${revision}`,
    );
  }

  /** Not ready, for this reason. */
  async notReady(name: string, reason: string): Promise<Kustomization> {
    return await this.until(name, (found) => readyOf(found)?.status === 'False' && readyOf(found)?.reason === reason, `not ready: ${reason}`);
  }

  async untilObject(id: ObjectId, isIt: (object: KubeObject | undefined) => boolean, what = 'as asked'): Promise<KubeObject | undefined> {
    const stop = new AbortController();
    let last: KubeObject | undefined;
    const timer = setTimeout(() => stop.abort(new Error(`${id.kind}/${id.name} was never ${what}: ${JSON.stringify(last, null, 1)}`)), 20_000);
    try {
      return await new Promise((resolve, reject) => {
        stop.signal.addEventListener('abort', () => reject(stop.signal.reason));
        const look = (found: KubeObject | undefined) => {
          last = found;
          if (isIt(found)) resolve(found);
        };
        this.client.watch(
          id,
          { ...(id.namespace === '' ? {} : { namespace: id.namespace }), fieldSelector: `metadata.name=${id.name}` },
          (event) => {
            if (event.type === 'SYNCED') {
              if (event.keys.size === 0) look(undefined);
            } else look(event.type === 'DELETED' ? undefined : event.object);
          },
          stop.signal,
        );
      });
    } finally {
      clearTimeout(timer);
      stop.abort();
    }
  }

  async gone(id: ObjectId): Promise<void> {
    await this.untilObject(id, (found) => found === undefined, 'gone');
  }

  /** What the agent sent while this ran: requests by verb and resource, without reads of discovery, watches, leases and events. */
  async sent(work: () => Promise<unknown>): Promise<Record<string, number>> {
    await this.rest();
    const before = await this.requests();
    await work();
    await this.rest();
    const after = await this.requests();
    return Object.fromEntries(
      Object.entries(after).flatMap(([key, count]) => (count === (before[key] ?? 0) ? [] : [[key, count - (before[key] ?? 0)]])),
    );
  }

  /** Since the agent started. */
  async statusWrites(kind: string): Promise<number> {
    const text = (await this.runtime?.metrics.text()) ?? '';
    return Number(new RegExp(`^fairlead_status_writes_total\\{kind="${kind}"\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  }

  /** What the agent keeps on disk goes, as with a Pod's empty folder. */
  forgetFetched(): void {
    rmSync(this.data, { recursive: true, force: true });
  }

  /** Every visit has ended, and with it what it sent was answered. */
  async rest(): Promise<void> {
    const isBusy = async () => /^fairlead_(queue_depth|reconciles_active)\{.*\} [1-9]/m.test((await this.runtime?.metrics.text()) ?? '');
    while (await isBusy()) await new Promise(setImmediate);
  }

  private async requests(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    const text = (await this.runtime?.metrics.text()) ?? '';
    for (const [, labels, count] of text.matchAll(/^fairlead_api_requests_total\{(.*)\} (\d+)$/gm)) {
      const of = Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
      if (/^(list|watch)$/.test(of.verb) || /discovery|leases|events/.test(of.resource)) continue;
      const key = `${of.verb} ${of.resource}`;
      counts[key] = (counts[key] ?? 0) + Number(count);
    }
    return counts;
  }
}

export function readyOf(found: Kustomization) {
  return conditionOf(found, 'Ready');
}

export function conditionOf(found: Kustomization, type: string) {
  return found.status?.conditions?.find((condition) => condition.type === type);
}

export function configMap(namespace: string, name: string, value = 'a'): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\ndata:\n  key: ${value}\n`;
}

export function namespace(name: string): string {
  return `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${name}\n`;
}

export const configMapId = (inNamespace: string, name: string): ObjectId => ({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  namespace: inNamespace,
  name,
});
export const namespaceId = (name: string): ObjectId => ({ group: '', version: 'v1', kind: 'Namespace', namespace: '', name });

function object(kind: { group: string; version: string; kind: string }, name: string) {
  return { apiVersion: `${kind.group}/${kind.version}`, kind: kind.kind, metadata: { name, namespace: NAMESPACE } };
}
