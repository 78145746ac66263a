import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Kustomization, KustomizationSpec } from '../../../src/agent/kustomize/kustomization';
import { createKustomizeRoom } from '../../../src/agent/kustomize/room';
import type { AgentRuntime } from '../../../src/agent/runtime/runtime';
import { createSourceRoom } from '../../../src/agent/source/room';
import { RawKubeClient } from '../../../src/kube/client';
import { readKubeconfig } from '../../../src/kube/kubeconfig';
import type { KubeClient } from '../../../src/kube/types';
import { kinds } from '../../../src/model/kinds';
import { idOf, type KubeObject, type ObjectId } from '../../../src/model/object';
import { createEngine } from '../../../src/render/engine';
import type { TestBed } from '../../../src/testbed/test-bed';
import { Author, GitServer, scratch } from '../../git/git-server';
import { AGENT_NAMESPACE, createRuntime, increase, installKinds, requestsOf, untilObject } from '../../support/agent';

/** An agent with sources and Kustomizations in this process, against a test bed, and a Git server of its own. */
export class KustomizeWorld {
  readonly client: KubeClient;
  readonly engine = createEngine();
  private runtime?: AgentRuntime;
  private closeRooms = () => {};
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
    await installKinds(bed, [kinds.Kustomization, kinds.GitRepository]);
    await world.startAgent();
    return world;
  }

  /** The agent, anew. What it kept on disk is there. */
  async startAgent(): Promise<void> {
    this.runtime = createRuntime(this.bed, this.data);
    const room = createSourceRoom(this.runtime);
    const kustomize = createKustomizeRoom(this.runtime, room.sources, this.engine);
    this.closeRooms = () => {
      kustomize.close();
      room.close();
    };
    for (const reconciler of [...room.reconcilers, ...kustomize.reconcilers]) this.runtime.reconcile(reconciler);
    await this.runtime.start();
  }

  async stopAgent(): Promise<void> {
    await this.runtime?.stop();
    this.closeRooms();
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

  /** The repository's artifact is there, of this revision where one is named. */
  async fetched(name: string, revision?: string): Promise<void> {
    const artifactOf = (found: KubeObject | undefined) => (found?.status as { artifact?: { revision: string } } | undefined)?.artifact;
    const isIt = (found: KubeObject | undefined) =>
      revision === undefined ? artifactOf(found) !== undefined : artifactOf(found)?.revision === revision;
    await this.untilObject(idOf(object(kinds.GitRepository, name)), isIt, 'fetched');
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
    return await untilObject(this.client, id, isIt, what);
  }

  async gone(id: ObjectId): Promise<void> {
    await this.untilObject(id, (found) => found === undefined, 'gone');
  }

  /** What the agent sent while this ran: requests by verb and resource, without reads of discovery, watches, leases and events. */
  async sent(work: () => Promise<unknown>): Promise<Record<string, number>> {
    await this.rest();
    const before = await requestsOf(this.runtime);
    await work();
    await this.rest();
    const { 'create events': _created, 'patch events': _patched, ...rest } = increase(before, await requestsOf(this.runtime));
    return rest;
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
  return { apiVersion: `${kind.group}/${kind.version}`, kind: kind.kind, metadata: { name, namespace: AGENT_NAMESPACE } };
}
