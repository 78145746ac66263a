import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { AgentProcess } from '../../demo/agent-process';
import { bootstrap } from '../../demo/bootstrap';
import { EnvironmentsRepository } from '../../demo/environments-repository';
import { conditionOf, isReady, until } from '../../demo/observe';
import { announcePush, CLUSTER, confirmDeletion } from '../../demo/world';
import { RawKubeClient } from '../../src/kube/client';
import { readKubeconfig } from '../../src/kube/kubeconfig';
import { conditionTypes } from '../../src/model/conditions';
import { kinds } from '../../src/model/kinds';
import { labels } from '../../src/model/labels';
import { type KubeObject, nameOf } from '../../src/model/object';
import { TestBed, type TestBedOptions } from '../../src/testbed/test-bed';
import { BUILD_TIMEOUT_MS } from './bed';

/** Every kind the example's chart makes. */
const RELEASED = [
  { group: '', version: 'v1', kind: 'Service' },
  { group: '', version: 'v1', kind: 'ServiceAccount' },
  { group: 'apps', version: 'v1', kind: 'Deployment' },
  { group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler' },
];

/** Leases that run out while a test waits: duration, renewal and retry in ms. */
const LEASE_TIMES = '3000,1000,250';

/** The podinfo example as a team runs it: a control plane, the repository, and agents that tests start and end as they like. */
export class Podinfo {
  private readonly agents = new Set<AgentProcess>();
  private readonly ending = new AbortController();

  private constructor(
    readonly bed: TestBed,
    readonly client: RawKubeClient,
    readonly repository: EnvironmentsRepository,
    private readonly folder: string,
  ) {}

  /** Synthesized, pushed and bootstrapped; no agent runs yet. */
  static async create(options: TestBedOptions = {}): Promise<Podinfo> {
    const bed = await TestBed.start(options);
    const folder = await mkdtemp(join(tmpdir(), 'fairlead-e2e-'));
    const { url } = await bed.git.createRepository('podinfo-environments');
    const imageRepository = `${bed.registry}/stefanprodan/podinfo`;
    const repository = await EnvironmentsRepository.create(join(folder, 'podinfo-environments'), url, imageRepository);
    await repository.synth();
    await repository.push('Environments');
    const client = RawKubeClient.connect(readKubeconfig(bed.kubeconfig));
    await bootstrap(client, join(repository.folder, 'dist', CLUSTER, '_sync'));
    return new Podinfo(bed, client, repository, folder);
  }

  startAgent(name = 'agent', kubeconfig = this.bed.kubeconfig): AgentProcess {
    const agent = AgentProcess.start(kubeconfig, {
      log: join(this.folder, `${name}.log`),
      dataFolder: join(this.folder, name),
      env: { FAIRLEAD_LEASE_TIMES: LEASE_TIMES },
    });
    this.agents.add(agent);
    return agent;
  }

  /** Synthesizes, pushes and tells the agent. */
  async publish(message: string): Promise<string> {
    await this.repository.synth();
    const commit = await this.repository.push(message);
    await announcePush(this.client);
    return commit;
  }

  /** A commit that changes nothing of what is applied. */
  async publishUnchanged(): Promise<string> {
    await this.repository.edit('.gitignore', (text) => `${text}# ${text.length}\n`);
    return this.publish('Nothing new');
  }

  /** From now on whatever deletions the agent asks about are confirmed. */
  confirmDeletions(): void {
    this.client.watch(
      kinds.Kustomization,
      {},
      ({ type, ...event }) => {
        const message = type === 'SYNCED' ? undefined : conditionOf((event as { object: KubeObject }).object, conditionTypes.deletionPlan)?.message;
        const digest = /confirm-deletion=(\S+)/.exec(message ?? '')?.[1];
        if (digest !== undefined) void confirmDeletion(this.client, digest);
      },
      this.ending.signal,
    );
  }

  /** Waits until every layer has applied the commit, and every release is Ready. */
  async converged(commit: string): Promise<void> {
    await until(this.client, kinds.Kustomization, {}, `all layers at ${commit.slice(0, 7)}`, (objects) =>
      objects.length > 0 &&
      objects.every((object) => isReady(object) && (object.status as { lastAppliedRevision?: string }).lastAppliedRevision?.endsWith(commit))
        ? true
        : undefined,
    );
    await until(this.client, kinds.HelmRelease, {}, 'all releases', (objects) => (objects.every(isReady) ? true : undefined));
  }

  /** Waits until exactly these environments have a namespace. */
  async environmentsAre(names: readonly string[]): Promise<void> {
    await until(
      this.client,
      { group: '', version: 'v1', kind: 'Namespace' },
      { labelSelector: labels.kustomizeName },
      `environments ${names}`,
      (objects) => (objects.length === names.length && objects.every(({ metadata }) => names.includes(metadata.name)) ? true : undefined),
    );
  }

  /** Objects of releases in the cluster, as `Kind/namespace/name`. */
  async live(): Promise<string[]> {
    const found: string[] = [];
    for (const kind of RELEASED) {
      const objects = await this.client.list(kind, { labelSelector: labels.helmName });
      found.push(...objects.map(({ metadata }) => nameOf({ ...kind, namespace: metadata.namespace ?? '', name: metadata.name })));
    }
    return found.sort();
  }

  /** What Helm's own storage says should be there, for the deployed revision of every release. */
  async deployed(): Promise<string[]> {
    const releases = JSON.parse(await this.bed.helm(['list', '-A', '-o', 'json'])) as { name: string; namespace: string }[];
    const manifests = await Promise.all(
      releases.map(async ({ name, namespace }) => {
        const objects = loadAll(await this.bed.helm(['get', 'manifest', name, '-n', namespace])) as (KubeObject | null)[];
        return objects.flatMap((object) => (object ? [nameOf({ kind: object.kind, namespace, name: object.metadata.name })] : []));
      }),
    );
    return manifests.flat().sort();
  }

  /** Revisions in Helm's storage by status, of each release. */
  async revisions(): Promise<Record<string, string[]>> {
    const revisions: Record<string, string[]> = {};
    for (const secret of await this.client.list({ group: '', version: 'v1', kind: 'Secret' }, { labelSelector: 'owner=helm', as: 'metadata' })) {
      const { labels: of, namespace } = secret.metadata;
      const release = `${namespace}/${of?.name}`;
      revisions[release] = [...(revisions[release] ?? []), of?.status ?? ''];
    }
    return revisions;
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await Promise.all([...this.agents].map((agent) => agent.kill()));
    this.client.close();
    await this.bed.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** One podinfo world for all tests of a file. */
export function usePodinfo(options: TestBedOptions = {}): () => Podinfo {
  let podinfo: Podinfo | undefined;
  beforeAll(async () => {
    podinfo = await Podinfo.create(options);
  }, BUILD_TIMEOUT_MS);
  afterAll(() => podinfo?.stop(), 60_000);
  return () => podinfo!;
}
