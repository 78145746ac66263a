import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentProcess } from '../../demo/agent-process';
import { bootstrap } from '../../demo/bootstrap';
import { fairlead, root, run } from '../../demo/run';
import { RawKubeClient } from '../../src/kube/client';
import { readKubeconfig } from '../../src/kube/kubeconfig';
import { TestBed } from '../../src/testbed/test-bed';
import { BareRepository } from './bare-repository';
import { BUILD_TIMEOUT_MS } from './bed';

export const CLUSTERS = ['east', 'west'] as const;
export type ClusterName = (typeof CLUSTERS)[number];
/** Alike in both clusters, but for where their images are. */
export const APPS = ['api', 'web'] as const;

const PROGRAM = `import { ApiObject } from 'cdk8s';
import { Cluster, Environment, ImagePolicy, ImageSelection, Platform, Repository } from 'fairlead';

const { IMAGES, REPOSITORY_URL } = process.env;
const platform = new Platform({ repository: Repository.git(REPOSITORY_URL!, { branch: 'main' }) });
for (const name of ${JSON.stringify(CLUSTERS)}) {
  const apps = new Environment(new Cluster(platform, name, { kubernetesVersion: '1.36' }), 'apps');
  for (const app of ${JSON.stringify(APPS)}) {
    const image = new ImagePolicy(apps, app, { repository: \`\${IMAGES}/\${name}-\${app}\`, select: ImageSelection.semver('1.x'), initial: '1.0.0' });
    const metadata = { name: app };
    new ApiObject(apps, \`\${app}-settings\`, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { image: image.reference } });
  }
}
platform.synth();
`;

interface Side {
  readonly bed: TestBed;
  readonly client: RawKubeClient;
}

/** Two clusters, each with its own API server and agent, whose environments are in one repository and on one branch. */
export class TwoClusters {
  private readonly agents: AgentProcess[] = [];

  private constructor(
    readonly sides: Readonly<Record<ClusterName, Side>>,
    readonly bare: BareRepository,
    /** Working copy. */
    readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
    private readonly scratch: string,
  ) {}

  /** Synthesized, pushed and bootstrapped; no agent runs yet. */
  static async create(): Promise<TwoClusters> {
    // What is applied needs no controllers.
    const bare = { controllers: false, scheduler: false, kwok: false };
    const [east, west] = await Promise.all([TestBed.start(bare), TestBed.start({ ...bare, git: false, registry: false })]);
    const scratch = await mkdtemp(join(tmpdir(), 'fairlead-two-'));
    const { url, path } = await east.git.createRepository('two');
    const env = { REPOSITORY_URL: url, IMAGES: east.registry, CI: '' };
    const sideOf = (bed: TestBed) => ({ bed, client: RawKubeClient.connect(readKubeconfig(bed.kubeconfig)) });
    const sides = { east: sideOf(east), west: sideOf(west) };
    const world = new TwoClusters(sides, new BareRepository(path), join(scratch, 'two'), env, scratch);
    await world.write(url);
    for (const name of CLUSTERS) await bootstrap(sides[name].client, join(world.folder, 'dist', name, '_sync'));
    return world;
  }

  startAgents(): void {
    for (const name of CLUSTERS) {
      const dataFolder = join(this.scratch, name);
      this.agents.push(AgentProcess.start(this.sides[name].bed.kubeconfig, { log: join(this.scratch, `${name}.log`), dataFolder }));
    }
  }

  /** `host:port` that images of both are pushed to. */
  get registry(): string {
    return this.sides.east.bed.registry;
  }

  synth(...options: readonly string[]): Promise<string> {
    return run([...fairlead, 'synth', 'main.ts', ...options], { cwd: this.folder, env: this.env });
  }

  git(...args: readonly string[]): Promise<string> {
    return run(['git', '-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false', ...args], { cwd: this.folder });
  }

  private async write(url: string): Promise<void> {
    await mkdir(this.folder);
    await symlink(join(root, 'node_modules'), join(this.folder, 'node_modules'));
    await writeFile(join(this.folder, '.gitignore'), 'node_modules\n');
    await writeFile(join(this.folder, 'cdk8s.yaml'), 'language: typescript\napp: node main.ts\n');
    await writeFile(join(this.folder, 'main.ts'), PROGRAM);
    await this.synth();
    await this.git('init', '--quiet', '--initial-branch=main');
    await this.git('remote', 'add', 'origin', url);
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--message', 'Two clusters');
    await this.git('push', '--quiet', 'origin', 'main');
  }

  async stop(): Promise<void> {
    await Promise.all(this.agents.map((agent) => agent.kill()));
    for (const { client } of Object.values(this.sides)) client.close();
    await Promise.all(Object.values(this.sides).map(({ bed }) => bed.stop()));
    await rm(this.scratch, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** One such world for all tests of a file. */
export function useTwoClusters(): () => TwoClusters {
  let world: TwoClusters | undefined;
  beforeAll(async () => {
    world = await TwoClusters.create();
  }, BUILD_TIMEOUT_MS);
  afterAll(() => world?.stop(), 60_000);
  return () => world!;
}
