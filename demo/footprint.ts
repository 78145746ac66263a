import { deleteDefinitions } from '../src/cli/uninstall/delete-definitions';
import type { KubeClient, Selection } from '../src/kube/types';
import { type Kind, kinds } from '../src/model/kinds';
import { labels } from '../src/model/labels';
import { idOf, type KubeObject } from '../src/model/object';
import { allCrds, CRD } from './bootstrap';
import type { Narrator } from './narrator';
import { until } from './observe';
import { AGENT_NAMESPACE, CLUSTER, SOURCE } from './world';

const NAMESPACE = { group: '', version: 'v1', kind: 'Namespace' };
const ENVIRONMENTS = ['dev', 'stg', 'prod', 'hotfix'];
const SECRET = { group: '', version: 'v1', kind: 'Secret' };
const SYNC: Selection = { namespace: AGENT_NAMESPACE };
const GONE_MS = 120_000;
const KEYS: Selection = { ...SYNC, labelSelector: labels.sealingKey, as: 'metadata' };

/** What the demo makes in a cluster that is somebody's, and takes away again. */
export class Footprint {
  private constructor(
    private readonly client: KubeClient,
    /** CRDs, namespaces and sealing keys that were there before. */
    private readonly before: ReadonlySet<string>,
  ) {}

  /** Looks at the cluster before anything is made. Throws where something of another owner is in the way. */
  static async before(client: KubeClient): Promise<Footprint> {
    const namespaces = await client.list(NAMESPACE);
    const sync = (await listed(client, kinds.Kustomization)).filter(({ metadata }) =>
      [CLUSTER, `${CLUSTER}-images`, ...ENVIRONMENTS].includes(metadata.name),
    );
    const sources = (await listed(client, kinds.GitRepository)).filter(({ metadata }) => metadata.name === SOURCE.name);
    const taken = [
      ...namespaces.filter(({ metadata }) => ENVIRONMENTS.includes(metadata.name) && metadata.labels?.[labels.kustomizeName] !== metadata.name),
      ...sync.filter((object) => !isOurs(object)),
      ...sources.filter(({ spec }) => !(spec as { url: string }).url.startsWith('http://127.0.0.1:')),
    ];
    if (taken.length > 0) {
      const names = taken.map((object) => `${object.kind ?? 'Namespace'} ${object.metadata.name}`).join(', ');
      throw new Error(`the demo would make and delete ${names}, which this cluster has already: use another one`);
    }
    const there = [...namespaces, ...(await client.list(CRD)), ...(await client.list(SECRET, KEYS))];
    return new Footprint(client, new Set(there.map(({ metadata }) => metadata.name)));
  }

  /** Deletes the layers: the agent, which must run, takes along all they made. */
  async removeEnvironments(narrator: Narrator): Promise<void> {
    for (const layer of (await listed(this.client, kinds.Kustomization)).filter(isOurs)) await this.client.delete(idOf(layer));
    await until(this.client, kinds.Kustomization, SYNC, 'the layers to go', (layers) => (layers.some(isOurs) ? undefined : true));
    await this.client.delete(SOURCE);
    await until(this.client, kinds.GitRepository, SYNC, 'the source to go', (sources) =>
      sources.some(({ metadata }) => metadata.name === SOURCE.name) ? undefined : true,
    );
    await this.namespacesGone(ENVIRONMENTS);
    narrator.say('removed: the source, all layers, their releases and their namespaces');
  }

  /** Deletes what the agent stood on, where it was not there before. It must have ended. */
  async removeFoundations(narrator: Narrator): Promise<void> {
    const ours = (await allCrds()).filter(({ metadata }) => !this.before.has(metadata.name));
    await deleteDefinitions(
      this.client,
      ours.map(({ metadata }) => metadata.name),
      GONE_MS,
    );
    narrator.say(ours.length > 0 ? `removed: ${ours.length} CRDs` : 'left: the CRDs, which were there before');
    for (const { metadata } of await this.client.list(SECRET, KEYS)) {
      if (!this.before.has(metadata.name)) await this.client.delete({ ...SECRET, namespace: AGENT_NAMESPACE, name: metadata.name });
    }
    if (this.before.has(AGENT_NAMESPACE)) return narrator.say(`left: the namespace ${AGENT_NAMESPACE}, which was there before`);
    await this.client.delete({ ...NAMESPACE, namespace: '', name: AGENT_NAMESPACE });
    await this.namespacesGone([AGENT_NAMESPACE]);
    narrator.say(`removed: the namespace ${AGENT_NAMESPACE}`);
  }

  private async namespacesGone(names: readonly string[]): Promise<void> {
    await until(this.client, NAMESPACE, {}, `the namespaces ${names.join(', ')} to go`, (namespaces) =>
      namespaces.some(({ metadata }) => names.includes(metadata.name)) ? undefined : true,
    );
  }
}

async function listed(client: KubeClient, kind: Kind): Promise<readonly KubeObject[]> {
  return (await client.resource(kind)) === undefined ? [] : await client.list(kind, SYNC);
}

function isOurs({ spec }: KubeObject): boolean {
  return (spec as { sourceRef: { name: string } }).sourceRef.name === SOURCE.name;
}
