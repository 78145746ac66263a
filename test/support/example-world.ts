import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentProcess } from '../../demo/agent-process';
import { bootstrap } from '../../demo/bootstrap';
import { EnvironmentsRepository } from '../../demo/environments-repository';
import { isReady, until } from '../../demo/observe';
import { AGENT_NAMESPACE, announce } from '../../demo/world';
import { RawKubeClient } from '../../src/kube/client';
import { readKubeconfig } from '../../src/kube/kubeconfig';
import { type Kind, kinds } from '../../src/model/kinds';
import type { KubeObject } from '../../src/model/object';
import { lastLines } from '../../src/testbed/log-tail';
import { TestBed, type TestBedOptions } from '../../src/testbed/test-bed';
import { BareRepository } from './bare-repository';
import { BUILD_TIMEOUT_MS } from './bed';
import { type ExampleSecrets, sealExample } from './example-seal';

/** Leases that run out while a test waits, and not while a busy machine lets an agent wait: duration, renewal and retry in ms. */
const LEASE_TIMES = '12000,4000,250';
const MOST_MS = 120_000;

export interface Example {
  /** Folder below `examples`. */
  readonly name: string;
  readonly cluster: string;
  /** Of the Git repository, and so of the GitRepository. */
  readonly repository: string;
  /** Path of its images in the registry. */
  readonly image: string;
  /** @default none */
  readonly secrets?: ExampleSecrets;
}

export interface ExampleOptions extends TestBedOptions {
  /** Of its images. @default the bed's */
  readonly imageRegistry?: string;
}

interface Parts {
  readonly bed: TestBed;
  readonly client: RawKubeClient;
  readonly repository: EnvironmentsRepository;
  readonly bare: BareRepository;
  readonly imageRepository: string;
  readonly folder: string;
}

/** An example as a team runs it: a control plane, the repository, and agents that tests start and end as they like. */
export class ExampleWorld {
  readonly bed: TestBed;
  readonly client: RawKubeClient;
  readonly repository: EnvironmentsRepository;
  /** The repository on its server. */
  readonly bare: BareRepository;
  /** `host:port/path` of the images. */
  readonly imageRepository: string;
  private readonly folder: string;
  private readonly agents = new Set<AgentProcess>();

  protected constructor(
    private readonly example: Example,
    { bed, client, repository, bare, imageRepository, folder }: Parts,
  ) {
    this.bed = bed;
    this.client = client;
    this.repository = repository;
    this.bare = bare;
    this.imageRepository = imageRepository;
    this.folder = folder;
  }

  static async of(example: Example, options: ExampleOptions = {}): Promise<ExampleWorld> {
    return new ExampleWorld(example, await ExampleWorld.parts(example, options));
  }

  /** Synthesized, pushed and bootstrapped; no agent runs yet. */
  protected static async parts(example: Example, { imageRegistry, ...options }: ExampleOptions): Promise<Parts> {
    const bed = await TestBed.start(options);
    const folder = await mkdtemp(join(tmpdir(), 'fairlead-e2e-'));
    const { url, path } = await bed.git.createRepository(example.repository);
    const imageRepository = `${imageRegistry ?? bed.registry}/${example.image}`;
    const repository = await EnvironmentsRepository.create(join(folder, example.repository), url, imageRepository, example.name);
    const client = RawKubeClient.connect(readKubeconfig(bed.kubeconfig));
    if (example.secrets !== undefined) await client.create(await sealExample(repository, example.cluster, example.secrets));
    await repository.synth();
    await repository.push('Environments');
    await bootstrap(client, join(repository.folder, 'dist', example.cluster, '_sync'));
    return { bed, client, repository, bare: new BareRepository(path), imageRepository, folder };
  }

  startAgent(name = 'agent', kubeconfig = this.bed.kubeconfig): AgentProcess {
    const log = join(this.folder, `${name}.log`);
    const agent = AgentProcess.start(kubeconfig, {
      log,
      dataFolder: join(this.folder, name),
      env: { FAIRLEAD_LEASE_TIMES: LEASE_TIMES },
      // Whoever waits for what it should have done would learn of nothing but the time.
      onExit: (code) => void lastLines(log).then((text) => console.error(`${name} ended by itself with ${code}:\n${text}`)),
    });
    this.agents.add(agent);
    return agent;
  }

  /** Synthesizes, pushes and tells the agent. */
  async publish(message: string): Promise<string> {
    await this.repository.synth();
    return this.pushAsIs(message);
  }

  /** What is on disk, whoever wrote it. */
  async pushAsIs(message: string): Promise<string> {
    const commit = await this.repository.push(message);
    await this.announcePush();
    return commit;
  }

  /** Tells the agent at once of a push, as a webhook would. */
  async announcePush(): Promise<void> {
    await announce(this.client, { ...kinds.GitRepository, namespace: AGENT_NAMESPACE, name: this.example.repository });
  }

  /** A commit that changes nothing of what is applied. */
  async publishUnchanged(): Promise<string> {
    await this.repository.edit('.gitignore', (text) => `${text}# ${text.length}\n`);
    return this.publish('Nothing new');
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

  /** Asks for a look at the registry, as a webhook would. */
  async scan(): Promise<void> {
    const repositories = await this.client.list(kinds.ImageRepository, { namespace: AGENT_NAMESPACE });
    await Promise.all(
      repositories.map(({ metadata }) => announce(this.client, { ...kinds.ImageRepository, namespace: AGENT_NAMESPACE, name: metadata.name })),
    );
  }

  /** Waits until an object in the agent's namespace is as asked. */
  untilOf(kind: Kind, name: string, what: string, isIt: (object: KubeObject) => boolean): Promise<KubeObject> {
    return until(
      this.client,
      kind,
      { namespace: AGENT_NAMESPACE, fieldSelector: `metadata.name=${name}` },
      `${kind.kind} ${name}: ${what}`,
      (objects) => objects.find(isIt),
      MOST_MS,
    );
  }

  async stop(): Promise<void> {
    await Promise.all([...this.agents].map((agent) => agent.kill()));
    this.client.close();
    await this.bed.stop();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** One world for all tests of a file. */
export function useExample<W extends { stop(): Promise<void> }>(create: () => Promise<W>): () => W {
  let world: W | undefined;
  beforeAll(async () => {
    world = await create();
  }, BUILD_TIMEOUT_MS);
  afterAll(() => world?.stop(), 60_000);
  return () => world!;
}
