import { loadAll } from 'js-yaml';
import { conditionOf, until } from '../../demo/observe';
import { CLUSTER, confirmDeletion, SOURCE } from '../../demo/world';
import { conditionTypes } from '../../src/model/conditions';
import { kinds } from '../../src/model/kinds';
import { labels } from '../../src/model/labels';
import { type KubeObject, nameOf } from '../../src/model/object';
import { type Example, type ExampleOptions, ExampleWorld, useExample } from './example-world';

/** Every kind the example's chart makes. */
const RELEASED = [
  { group: '', version: 'v1', kind: 'Service' },
  { group: '', version: 'v1', kind: 'ServiceAccount' },
  { group: 'apps', version: 'v1', kind: 'Deployment' },
  { group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler' },
];

const EXAMPLE: Example = {
  name: 'podinfo',
  cluster: CLUSTER,
  repository: SOURCE.name,
  image: 'stefanprodan/podinfo',
  secrets: { 'gke/dev/basic-auth': { user: 'podinfo', password: 'a password made up for tests' } },
};

/** The podinfo example. */
export class Podinfo extends ExampleWorld {
  private readonly ending = new AbortController();

  static async create(options: ExampleOptions = {}): Promise<Podinfo> {
    return new Podinfo(EXAMPLE, await ExampleWorld.parts(EXAMPLE, options));
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

  override async stop(): Promise<void> {
    this.ending.abort();
    await super.stop();
  }
}

/** One podinfo world for all tests of a file. */
export function usePodinfo(options: ExampleOptions = {}): () => Podinfo {
  return useExample(() => Podinfo.create(options));
}
