import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { RawKubeClient } from '../src/kube/client';
import { readKubeconfig } from '../src/kube/kubeconfig';
import type { KubeClient } from '../src/kube/types';
import { withFreePorts } from '../src/testbed/ports';
import { TestBed } from '../src/testbed/test-bed';
import { AgentProcess } from './agent-process';
import { EnvironmentsRepository } from './environments-repository';
import { Footprint } from './footprint';
import { Narrator } from './narrator';
import {
  addEnvironment,
  changeChart,
  changeValue,
  converge,
  prepareCluster,
  pushImage,
  releasesOf,
  removeEnvironment,
  sealPassword,
  synthesizeAndPush,
} from './stages';
import { currentCluster, embeddedCluster, type TargetCluster } from './target-cluster';
import { AGENT_NAMESPACE, type World } from './world';

interface Options {
  readonly once?: boolean;
  readonly keep?: boolean;
  readonly cluster: 'embedded' | 'current';
  readonly stop?: string;
}

async function main({ once = false, keep = false, cluster: which, stop }: Options): Promise<void> {
  if (stop) return TestBed.stop(stop);
  const narrator = new Narrator();
  narrator.title('fairlead: the podinfo example, from TypeScript to a running cluster');
  const cluster = await narrator.stage(which === 'embedded' ? 'Boot a control plane, a Git server and a registry' : 'Use the current cluster', () =>
    which === 'embedded' ? embeddedCluster({ keep, say: (text) => narrator.say(text) }) : currentCluster(userKubeconfig()),
  );
  const client = RawKubeClient.connect(readKubeconfig(cluster.kubeconfig));
  const demo = new Demo(narrator, cluster, client, await mkdtemp(join(tmpdir(), 'fairlead-demo-')));
  const interrupted = interruption();
  try {
    await Promise.race([demo.play(), interrupted.then(() => Promise.reject(new Interrupted()))]);
    if (!once) {
      await demo.sayHowToLook(narrator);
      narrator.say('\nCtrl-C ends it.');
      await interrupted;
      narrator.say('ending');
    }
  } catch (error) {
    narrator.silence();
    await demo.end(keep).catch((also: unknown) => console.error(messageOf(also)));
    throw error;
  }
  await demo.end(keep);
}

/** One run on one cluster, with what it leaves behind. */
class Demo {
  private agent?: AgentProcess;
  private footprint?: Footprint;
  private hasWorked = false;

  constructor(
    private readonly narrator: Narrator,
    private readonly cluster: TargetCluster,
    private readonly client: KubeClient,
    private readonly folder: string,
  ) {}

  async play(): Promise<void> {
    const { narrator, cluster, client } = this;
    if (!cluster.embedded) this.footprint = await Footprint.before(client);
    const repository = await EnvironmentsRepository.create(this.workingCopy, cluster.repositoryUrl, cluster.imageRepository);
    const world: World = { narrator, cluster, client, repository, releases: new Map() };
    const sealing = await withFreePorts(1, async ([port]) => `127.0.0.1:${port}`);
    await narrator.stage('Start the agent: it makes the key that secrets are sealed for', () =>
      prepareCluster(world, () => this.startAgent(sealing)),
    );
    const password = await narrator.stage('Seal a password for dev', () => sealPassword(world, `http://${sealing}/v1/cert.pem`));
    const commit = await narrator.stage('Synthesize examples/podinfo, commit and push', () => synthesizeAndPush(world));
    const ready: World = { ...world, releases: await releasesOf(repository.folder) };
    await narrator.stage('Point the agent at the repository: every environment becomes Ready', () => converge(ready, commit, password));
    const { imageRepository } = cluster;
    if (imageRepository) await narrator.stage('Push an image', () => pushImage(ready, imageRepository));
    await narrator.stage('Change a value', () => changeValue(ready));
    await narrator.stage('Change the chart without a new version', () => changeChart(ready));
    await narrator.stage('Add an environment by one line', () => addEnvironment(ready));
    await narrator.stage('Remove it again', () => removeEnvironment(ready));
    narrator.end();
    this.hasWorked = true;
  }

  async sayHowToLook(narrator: Narrator): Promise<void> {
    const { cluster } = this;
    narrator.title('Look at it');
    narrator.say(`export KUBECONFIG=${cluster.kubeconfig}`);
    narrator.say(`${await cluster.tool('kubectl')} get kustomizations,helmreleases,pods -A`);
    narrator.say(`${await cluster.tool('helm')} list -A`);
    narrator.say(`working copy: ${this.workingCopy}; the agent's log: ${this.log}`);
  }

  /** Ends everything; what is kept stays as it is, without the agent. */
  async end(keep: boolean): Promise<void> {
    const closing = new Narrator();
    try {
      if (!keep) await this.takeAway(closing);
    } finally {
      await this.agent?.stop();
      this.client.close();
      await this.cluster.stop(keep);
      if (this.hasWorked && !keep) await rm(this.folder, { recursive: true, maxRetries: 10 });
      else if (!this.hasWorked) closing.say(`the agent's log: ${this.log}`);
    }
    if (!keep) return;
    await this.sayHowToLook(closing);
    closing.say(`it is left as it is, without the agent${this.cluster.howToStop ? `; to stop it: ${this.cluster.howToStop}` : ''}`);
  }

  private async takeAway(closing: Narrator): Promise<void> {
    const { footprint } = this;
    if (!footprint) return;
    closing.title('Take everything away again');
    await footprint.removeEnvironments(closing);
    await this.agent?.stop();
    await footprint.removeFoundations(closing);
  }

  /** @param sealing `host:port` where it gives its certificate to whoever seals */
  private startAgent(sealing: string): void {
    this.agent = AgentProcess.start(this.cluster.kubeconfig, {
      log: this.log,
      dataFolder: join(this.folder, 'agent'),
      // In the agent's namespace the key goes with the demo.
      arguments: ['--sealed-secrets-namespace', AGENT_NAMESPACE, '--sealed-secrets-addr', sealing],
      onExit: (code) => abandon(`the agent ended with ${code}; its log is ${this.log}`),
    });
  }

  private get log(): string {
    return join(this.folder, 'agent.log');
  }

  private get workingCopy(): string {
    return join(this.folder, 'podinfo-environments');
  }
}

class Interrupted extends Error {
  constructor() {
    super('interrupted');
  }
}

/** Resolves at the first Ctrl-C; at the second everything ends at once. */
function interruption(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve();
        process.once(signal, () => process.exit(130));
      });
    }
  });
}

function userKubeconfig(): string {
  const kubeconfig = process.env.KUBECONFIG;
  if (!kubeconfig) throw new Error('--cluster current needs KUBECONFIG in the environment');
  return kubeconfig;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function abandon(reason: string): never {
  console.error(reason);
  process.exit(1);
}

new Command('demo')
  .description('Takes the podinfo example through its life on a real control plane')
  .option('--once', 'exit when all stages are done, non-zero if one failed')
  .option('--keep', 'leave the control plane running, or what was made in the current cluster')
  .option('--stop <folder>', 'stop a control plane that was kept')
  .addOption(new Option('--cluster <which>', 'where to run').choices(['embedded', 'current']).default('embedded'))
  .action((options: Options) =>
    main(options).then(
      () => process.exit(0),
      (error: unknown) => abandon(messageOf(error)),
    ),
  )
  .parseAsync();
