import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAutomationReconciler } from '../../../src/agent/image/automation-reconciler';
import type { AgentRuntime } from '../../../src/agent/runtime/runtime';
import type { Reconciler } from '../../../src/agent/runtime/types';
import { createSourceRoom, type SourceRoom } from '../../../src/agent/source/room';
import { RawKubeClient } from '../../../src/kube/client';
import { readKubeconfig } from '../../../src/kube/kubeconfig';
import { kinds } from '../../../src/model/kinds';
import type { KubeObject, ObjectMeta } from '../../../src/model/object';
import type { VersionRef } from '../../../src/model/version-ref';
import { createEngine } from '../../../src/render/engine';
import { runCommand } from '../../../src/testbed/command';
import type { TestBed } from '../../../src/testbed/test-bed';
import { AGENT_NAMESPACE, createRuntime, installKinds, untilObject } from '../../support/agent';

export type Files = Readonly<Record<string, string>>;

export const IMAGE = 'docker.io/acme/web';
export const marker = (policy: string, part = '') => `# {"$imagepolicy": "${AGENT_NAMESPACE}:${policy}${part}"}`;

/** Lock and output of one policy. */
export function app(policy: string, tag: string, cluster = 'dev'): Record<string, string> {
  return { [`locks/${cluster}/${policy}.yaml`]: lock({ [policy]: tag }), [`dist/${cluster}/${policy}.yaml`]: output(policy, tag) };
}

export function lock(entries: Files, holds = ''): string {
  const lines = Object.entries(entries).map(([policy, tag]) => `  ${policy}: "${IMAGE}:${tag}" ${marker(policy)}\n`);
  return `apiVersion: fairlead.dev/v1\nkind: Lock\nimages:\n${lines.join('')}${holds}`;
}

export function output(policy: string, tag: string): string {
  return `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${policy}\nspec:\n  image: "${IMAGE}:${tag}" ${marker(policy)}\n`;
}

/** A repository on the bed's server, and a clone that people commit through. */
export class People {
  private constructor(
    readonly url: string,
    readonly bare: string,
    private readonly work: string,
  ) {}

  static async of(bed: TestBed, folder: string, name: string, files: Files): Promise<People> {
    const { url, path } = await bed.git.createRepository(name);
    const work = await mkdtemp(join(folder, 'work-'));
    const people = new People(url, path, work);
    await people.git('init', '--quiet', '--initial-branch=main');
    await people.commit(files);
    return people;
  }

  /** On top of what the server has, as people do: with a rebase where somebody was faster. */
  async commit(files: Files, branch = 'main'): Promise<string> {
    const has = (await this.onServer('for-each-ref', `refs/heads/${branch}`)) !== '';
    for (;;) {
      if (has) {
        await this.git('fetch', '--quiet', this.bare, branch);
        await this.git('checkout', '--quiet', '--force', '--detach', 'FETCH_HEAD');
      }
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(this.work, path)), { recursive: true });
        await writeFile(join(this.work, path), text);
      }
      await this.git('add', '--all');
      await this.git('commit', '--quiet', '--allow-empty', '--message', 'by people');
      const pushed = await this.git('push', '--quiet', this.bare, `HEAD:refs/heads/${branch}`).then(
        () => true,
        (error) => {
          if (!has) throw error;
          return false;
        },
      );
      if (pushed) return this.git('rev-parse', 'HEAD');
    }
  }

  git(...args: string[]): Promise<string> {
    return run(['-C', this.work, '-c', 'user.name=People', '-c', 'user.email=people@example.com', ...args]);
  }

  onServer(...args: string[]): Promise<string> {
    return run(['--git-dir', this.bare, ...args]);
  }

  head(branch = 'main'): Promise<string> {
    return this.onServer('rev-parse', '--verify', `refs/heads/${branch}`);
  }

  file(path: string, branch = 'main'): Promise<string> {
    return runCommand('git', ['--git-dir', this.bare, 'show', `${branch}:${path}`]);
  }

  async hook(script: string | undefined): Promise<void> {
    const file = join(this.bare, 'hooks', 'pre-receive');
    await mkdir(dirname(file), { recursive: true });
    if (script === undefined) await rm(file);
    else await writeFile(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
}

async function run(args: string[]): Promise<string> {
  return (await runCommand('git', args)).trim();
}

/** An agent that sources and automates; what policies choose is said by the test. */
export class AutomationWorld {
  readonly client: RawKubeClient;
  private runtime?: AgentRuntime;
  private sources?: SourceRoom;
  private readonly engine = createEngine();

  private constructor(
    private readonly bed: TestBed,
    readonly folder: string,
  ) {
    this.client = RawKubeClient.connect(readKubeconfig(bed.kubeconfig));
  }

  static async start(bed: TestBed): Promise<AutomationWorld> {
    const world = new AutomationWorld(bed, await mkdtemp(join(tmpdir(), 'fairlead-automation-')));
    await installKinds(bed, [kinds.GitRepository, kinds.ImagePolicy, kinds.ImageUpdateAutomation]);
    await world.startAgent();
    return world;
  }

  async startAgent(): Promise<void> {
    const runtime = createRuntime(this.bed, join(this.folder, 'data'));
    this.runtime = runtime;
    this.sources = createSourceRoom(runtime);
    for (const reconciler of this.sources.reconcilers) runtime.reconcile(reconciler);
    const asTheTestSays: Reconciler = { kind: kinds.ImagePolicy, leases: [], reconcile: async () => ({ type: 'unchanged' }) };
    runtime.reconcile(asTheTestSays);
    runtime.reconcile(createAutomationReconciler(runtime, this.sources.git, this.engine));
    await runtime.start();
  }

  async stopAgent(): Promise<void> {
    await this.runtime?.stop();
    this.sources?.close();
  }

  async stop(): Promise<void> {
    await this.stopAgent();
    await this.engine.close();
    this.client.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  redact(text: string): string {
    return this.runtime?.redactor.redact(text) ?? text;
  }

  people(name: string, files: Files): Promise<People> {
    return People.of(this.bed, this.folder, name, files);
  }

  async apply(object: KubeObject): Promise<void> {
    const { apiVersion, kind, metadata } = object;
    const [group, version] = apiVersion.includes('/') ? (apiVersion.split('/') as [string, string]) : ['', apiVersion];
    const id = { group, version, kind, namespace: AGENT_NAMESPACE, name: metadata.name };
    const whole = { ...object, metadata: { namespace: AGENT_NAMESPACE, ...metadata } };
    await this.client.apply(id, JSON.stringify(whole), { fieldManager: 'kubectl', force: true });
  }

  async repository(name: string, url: string, spec: object = {}): Promise<void> {
    const { group, version, kind } = kinds.GitRepository;
    await this.apply({
      apiVersion: `${group}/${version}`,
      kind,
      metadata: { name },
      spec: { url, interval: '1h', ref: { branch: 'main' }, ...spec },
    });
    await untilObject(this.client, { ...kinds.GitRepository, namespace: AGENT_NAMESPACE, name }, (object) => readyOf(object)?.status === 'True');
  }

  /** What a policy chose. */
  async chosen(name: string, tag: string, labels: Files = {}, more: Partial<VersionRef> = {}): Promise<void> {
    const { group, version, kind } = kinds.ImagePolicy;
    const spec = { imageRepositoryRef: { name }, policy: { alphabetical: {} } };
    await this.apply({ apiVersion: `${group}/${version}`, kind, metadata: { name, labels }, spec });
    const id = { ...kinds.ImagePolicy, namespace: AGENT_NAMESPACE, name };
    await this.client.patch(id, 'merge', { status: { latestRef: { name: IMAGE, tag, ...more } } }, { subresource: 'status', fieldManager: 'test' });
  }

  async automation(name: string, spec: object = {}, annotations: Files = {}): Promise<void> {
    const { group, version, kind } = kinds.ImageUpdateAutomation;
    const commit = { author: { name: 'Bot', email: 'bot@example.com' } };
    const whole = {
      interval: '1h',
      sourceRef: { kind: 'GitRepository', name },
      policySelector: { matchLabels: { 'fairlead.dev/automation': name } },
      git: { commit },
      ...spec,
    };
    await this.apply({ apiVersion: `${group}/${version}`, kind, metadata: { name, annotations }, spec: whole });
  }

  /** Resolves when the agent knows that an automation is suspended. */
  async untilSuspended(name: string): Promise<void> {
    const ref = { kind: kinds.ImageUpdateAutomation.kind, namespace: AGENT_NAMESPACE, name };
    while ((this.runtime?.store.get(ref)?.spec as { suspend?: boolean } | undefined)?.suspend !== true) await sleep(20);
  }

  /** Metadata of an automation as it is now. */
  async seen(name: string): Promise<ObjectMeta> {
    const object = await this.client.get({ ...kinds.ImageUpdateAutomation, namespace: AGENT_NAMESPACE, name });
    return (object as KubeObject).metadata;
  }

  /** An automation as soon as its Ready is as asked. */
  async until(name: string, isIt: (ready: { status: string; reason: string; message: string }, status: Status) => boolean): Promise<Status> {
    const id = { ...kinds.ImageUpdateAutomation, namespace: AGENT_NAMESPACE, name };
    const object = await untilObject(this.client, id, (found) => {
      const ready = readyOf(found);
      const status = found?.status as Status | undefined;
      return ready !== undefined && status !== undefined && isIt(ready, status);
    });
    return object?.status as unknown as Status;
  }

  pushed(name: string, tag: string, policy = name): Promise<Status> {
    return this.until(name, ({ status }, { observedPolicies }) => status === 'True' && observedPolicies?.[policy]?.tag === tag);
  }

  async events(name: string): Promise<string[]> {
    const { items } = JSON.parse(await this.bed.kubectl(['get', 'events', '-n', AGENT_NAMESPACE, '-o', 'json'])) as {
      items: { involvedObject: { kind: string; name: string }; message: string }[];
    };
    return items.filter(({ involvedObject: it }) => it.kind === 'ImageUpdateAutomation' && it.name === name).map(({ message }) => message);
  }
}

export interface Status {
  readonly lastPushCommit?: string;
  readonly lastPushTime?: string;
  readonly lastAutomationRunTime?: string;
  readonly observedSourceRevision?: string;
  readonly observedPolicies?: Readonly<Record<string, VersionRef>>;
}

function readyOf(object: KubeObject | undefined): { status: string; reason: string; message: string } | undefined {
  const status = object?.status as { observedGeneration?: number; conditions?: { type: string; status: string; reason: string; message: string }[] };
  return status?.conditions?.find(({ type }) => type === 'Ready');
}
