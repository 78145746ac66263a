import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AgentProcess } from '../../demo/agent-process';
import { applyAll, applyCrds } from '../../demo/bootstrap';
import { conditionOf, isReady, until } from '../../demo/observe';
import { run } from '../../demo/run';
import { AGENT_NAMESPACE, annotate } from '../../demo/world';
import { RawKubeClient } from '../../src/kube/client';
import { readKubeconfig } from '../../src/kube/kubeconfig';
import { type Kind, kinds } from '../../src/model/kinds';
import { annotations } from '../../src/model/labels';
import type { KubeObject } from '../../src/model/object';
import { TestBed, type TestBedOptions } from '../../src/testbed/test-bed';
import { BUILD_TIMEOUT_MS } from './bed';

/** Contents by path; null deletes. */
export type Files = Readonly<Record<string, string | null>>;

const SOURCE = 'files';
const EVENT = { group: '', version: 'v1', kind: 'Event' };
const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];

/** A repository of hand-written files, a control plane and an agent: what somebody has who does not synthesize. */
export class FilesWorld {
  private constructor(
    readonly bed: TestBed,
    readonly client: RawKubeClient,
    private readonly folder: string,
    private readonly agent: AgentProcess,
  ) {}

  static async create(options: TestBedOptions = {}): Promise<FilesWorld> {
    const bed = await TestBed.start({ registry: false, ...options });
    const folder = await mkdtemp(join(tmpdir(), 'fairlead-files-'));
    const { url } = await bed.git.createRepository(SOURCE);
    await run(['git', 'init', '--quiet', '--initial-branch=main', join(folder, 'git')]);
    await run(['git', 'remote', 'add', 'origin', url], { cwd: join(folder, 'git') });
    const client = RawKubeClient.connect(readKubeconfig(bed.kubeconfig));
    await applyCrds(client);
    await applyAll(client, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: AGENT_NAMESPACE } }]);
    await applyAll(client, [{ ...named(kinds.GitRepository, SOURCE), spec: { url, interval: '1h', ref: { branch: 'main' } } }]);
    const agent = AgentProcess.start(bed.kubeconfig, { log: join(folder, 'agent.log'), dataFolder: join(folder, 'agent') });
    return new FilesWorld(bed, client, folder, agent);
  }

  /** Writes, commits, pushes and tells the agent; gives the commit. */
  async push(files: Files): Promise<string> {
    const cwd = join(this.folder, 'git');
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(cwd, path)), { recursive: true });
      if (content === null) await rm(join(cwd, path), { recursive: true });
      else await writeFile(join(cwd, path), content);
    }
    await run(['git', ...author, 'add', '--all'], { cwd });
    await run(['git', ...author, 'commit', '--quiet', '--message', 'Change'], { cwd });
    await run(['git', 'push', '--quiet', 'origin', 'main'], { cwd });
    const requestedAt = `${new Date().toISOString()} ${Math.random()}`;
    await annotate(this.client, { ...kinds.GitRepository, namespace: AGENT_NAMESPACE, name: SOURCE }, { [annotations.requestedAt]: requestedAt });
    return (await run(['git', 'rev-parse', 'HEAD'], { cwd })).trim();
  }

  /** Applies a folder of the repository from now on. */
  async kustomization(name: string, path: string): Promise<void> {
    const spec = { interval: '1h', prune: true, path, sourceRef: { kind: 'GitRepository', name: SOURCE } };
    await applyAll(this.client, [{ ...named(kinds.Kustomization, name), spec }]);
  }

  /** Waits until a Kustomization is Ready at a commit. */
  async applied(name: string, commit: string): Promise<void> {
    await this.untilOf(kinds.Kustomization, AGENT_NAMESPACE, name, `applied at ${commit.slice(0, 7)}`, (object) => {
      const { lastAppliedRevision } = (object.status ?? {}) as { lastAppliedRevision?: string };
      return isReady(object) && lastAppliedRevision?.endsWith(commit) === true;
    });
  }

  /** Waits until a commit was tried and failed; gives what Ready says, and that a Warning event says the same. */
  async failed(name: string, commit: string): Promise<{ reason: string; message: string }> {
    const object = await this.untilOf(kinds.Kustomization, AGENT_NAMESPACE, name, `failed at ${commit.slice(0, 7)}`, (found) => {
      const { lastAttemptedRevision } = (found.status ?? {}) as { lastAttemptedRevision?: string };
      return conditionOf(found, 'Ready')?.status === 'False' && lastAttemptedRevision?.endsWith(commit) === true;
    });
    return await this.told(object);
  }

  /** What Ready says; waits for the Warning event that says the same. */
  async told(object: KubeObject): Promise<{ reason: string; message: string }> {
    const { namespace, name } = object.metadata;
    const { reason, message } = conditionOf(object, 'Ready')!;
    await until(this.client, EVENT, { namespace }, `an event of ${object.kind} ${name}: ${message}`, (events) =>
      events.find((event) => {
        const { involvedObject, type } = event as unknown as { involvedObject: { kind: string; name: string }; type: string };
        const isOfIt = involvedObject.kind === object.kind && involvedObject.name === name;
        return isOfIt && type === 'Warning' && event.reason === reason && message.startsWith((event.message as string).slice(0, 1000));
      }),
    );
    return { reason, message };
  }

  /** Waits until an object is as asked. */
  untilOf(kind: Omit<Kind, 'plural'>, namespace: string, name: string, what: string, isIt: (object: KubeObject) => boolean): Promise<KubeObject> {
    return until(this.client, kind, { namespace, fieldSelector: `metadata.name=${name}` }, `${kind.kind} ${namespace}/${name}: ${what}`, (objects) =>
      objects.find(isIt),
    );
  }

  async stop(): Promise<void> {
    await this.agent.kill();
    this.client.close();
    await this.bed.stop();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

function named({ group, version, kind }: Kind, name: string): KubeObject {
  return { apiVersion: `${group}/${version}`, kind, metadata: { name, namespace: AGENT_NAMESPACE } };
}

/** One such world for all tests of a file. */
export function useFiles(options: TestBedOptions = {}): () => FilesWorld {
  let world: FilesWorld | undefined;
  beforeAll(async () => {
    world = await FilesWorld.create(options);
  }, BUILD_TIMEOUT_MS);
  afterAll(() => world?.stop(), 60_000);
  return () => world!;
}

export const namespaceYaml = (name: string) => `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${name}\n`;

export const configMapYaml = (namespace: string, name: string, value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\ndata:\n  key: ${value}\n`;
