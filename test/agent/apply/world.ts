import { createHash } from 'node:crypto';
import { createAppliedObjects } from '../../../src/agent/apply/applied-objects';
import type { AppliedObjects, ApplyRequest, Drift } from '../../../src/agent/apply/types';
import { RawKubeClient } from '../../../src/kube/client';
import { readKubeconfig } from '../../../src/kube/kubeconfig';
import type { KubeClient } from '../../../src/kube/types';
import { labels } from '../../../src/model/labels';
import { idOf, type KubeObject, type ManifestObject } from '../../../src/model/object';

/** A manifest as the engine would give it. */
export function manifest(object: object, file?: string, document?: number): ManifestObject {
  return manifestOfText(JSON.stringify(object), file, document);
}

export function manifestOfText(text: string, file?: string, document?: number): ManifestObject {
  const json = Buffer.from(text);
  return { ...idOf(JSON.parse(text) as KubeObject), json, digest: createHash('sha256').update(json).digest('hex'), file, document };
}

export const configMap = (namespace: string, name: string, data: Record<string, string> = { key: 'value' }) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
});

export const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

export const deployment = (inNamespace: string, name: string, spec: object = { replicas: 0 }, image = 'registry.example/app:1') => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: inNamespace },
  spec: {
    ...spec,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image }] } },
  },
});

/** An agent's view of a test bed, with what it sent counted. */
export class World {
  /** `apply configmaps`, `list deployments.apps` and so on. */
  readonly requests: string[] = [];
  readonly client: KubeClient;
  readonly applied: AppliedObjects;

  constructor(kubeconfig: string, impersonate?: string) {
    this.client = RawKubeClient.connect(readKubeconfig(kubeconfig), {
      impersonate,
      onRequest: ({ verb, resource }) => {
        this.requests.push(`${verb} ${resource}`);
      },
    });
    this.applied = createAppliedObjects(this.client, { agentNamespace: 'flux-system' });
  }

  owner(name: string, kind = 'Kustomization') {
    return { kind, namespace: 'flux-system', name };
  }

  labelsOf(owner: string) {
    return { [labels.kustomizeName]: owner, [labels.kustomizeNamespace]: 'flux-system' };
  }

  request(owner: string, objects: readonly object[], more: Partial<ApplyRequest> = {}): ApplyRequest {
    return {
      owner: this.owner(owner),
      fieldManager: 'kustomize-controller',
      objects: objects.map((object) => ('json' in object ? (object as ManifestObject) : manifest(object))),
      labels: this.labelsOf(owner),
      order: 'staged',
      ...more,
    };
  }

  /** Applies and gives what was done by name. */
  async apply(owner: string, objects: readonly object[], more: Partial<ApplyRequest> = {}): Promise<Record<string, string>> {
    const { results } = await this.applied.apply(this.request(owner, objects, more));
    return Object.fromEntries(results.map(({ id, action }) => [`${id.kind}/${id.name}`, action]));
  }

  /** What was sent while this ran, without reads of discovery; watches begin in their own time. */
  async sent<T>(work: () => Promise<T>): Promise<{ result: T; requests: string[] }> {
    const from = this.requests.length;
    const result = await work();
    return { result, requests: this.requests.slice(from).filter((request) => !/^(get discovery$|watch )/.test(request)) };
  }

  /** Watches drift and hands it over report by report. */
  drifts(owner: string, objects: readonly object[]): Reports {
    const reports = new Reports();
    this.applied.watchDrift(
      this.owner(owner),
      objects.map((object) => idOf(object as KubeObject)),
      (drifted) => reports.add(drifted),
    );
    return reports;
  }

  close(): void {
    this.applied.close();
    this.client.close();
  }
}

/** Reports in the order they came; `next` waits for one that nobody took yet. */
export class Reports {
  private readonly queue: (readonly Drift[])[] = [];
  private wake = () => {};

  add(drifted: readonly Drift[]): void {
    this.queue.push(drifted);
    this.wake();
  }

  get open(): number {
    return this.queue.length;
  }

  async next(): Promise<readonly Drift[]> {
    while (this.queue.length === 0) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    return this.queue.shift()!;
  }
}
