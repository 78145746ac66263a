import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { RawKubeClient } from '../src/kube/client';
import { readKubeconfig } from '../src/kube/kubeconfig';
import { TestBed } from '../src/testbed/test-bed';
import { AgentProcess } from './agent-process';
import { EnvironmentsRepository } from './environments-repository';
import { Narrator } from './narrator';
import { addEnvironment, changeChart, changeValue, converge, releasesOf, removeEnvironment, synthesizeAndPush } from './stages';
import { currentCluster, embeddedCluster } from './target-cluster';
import type { World } from './world';

interface Options {
  readonly once?: boolean;
  readonly keep?: boolean;
  readonly cluster: 'embedded' | 'current';
  readonly stop?: string;
}

async function main(options: Options): Promise<void> {
  if (options.stop) return TestBed.stop(options.stop);
  const narrator = new Narrator();
  narrator.title('fairlead: the podinfo example, from TypeScript to a running cluster');
  const cluster = await narrator.stage(
    options.cluster === 'embedded' ? 'Boot a control plane, a Git server and a registry' : 'Use the current cluster',
    () =>
      options.cluster === 'embedded'
        ? embeddedCluster({ keep: options.keep ?? false, say: (text) => narrator.say(text) })
        : currentCluster(userKubeconfig()),
  );
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-demo-'));
  const client = RawKubeClient.connect(readKubeconfig(cluster.kubeconfig));
  const log = join(folder, 'agent.log');
  let agent: AgentProcess | undefined;
  const startAgent = () => {
    agent = AgentProcess.start(cluster.kubeconfig, {
      log,
      dataFolder: join(folder, 'agent'),
      onExit: (code) => abandon(`the agent ended with ${code}; its log is ${log}`),
    });
  };
  const end = async (keep: boolean) => {
    await agent?.stop();
    client.close();
    if (!keep) await cluster.stop();
  };
  try {
    const repository = await EnvironmentsRepository.create(join(folder, 'podinfo-environments'), cluster.repositoryUrl);
    const world: World = { narrator, cluster, client, repository, releases: new Map() };
    await narrator.stage('Synthesize examples/podinfo, commit and push', () => synthesizeAndPush(world));
    const ready: World = { ...world, releases: await releasesOf(repository.folder) };
    await narrator.stage('Start the agent: every environment becomes Ready', () => converge(ready, startAgent));
    await narrator.stage('Change a value', () => changeValue(ready));
    await narrator.stage('Change the chart without a new version', () => changeChart(ready));
    await narrator.stage('Add an environment by one line', () => addEnvironment(ready));
    await narrator.stage('Remove it again', () => removeEnvironment(ready));
    narrator.end();
  } catch (error) {
    narrator.say(`the agent's log: ${log}`);
    await end(options.keep ?? false);
    throw error;
  }
  narrator.title('Look at it');
  narrator.say(`export KUBECONFIG=${cluster.kubeconfig}`);
  narrator.say(`${await cluster.tool('kubectl')} get kustomizations,helmreleases,pods -A`);
  narrator.say(`${await cluster.tool('helm')} list -A`);
  narrator.say(`working copy: ${join(folder, 'podinfo-environments')}; the agent's log: ${log}`);
  if (!options.once) {
    narrator.say('\nCtrl-C ends it.');
    await new Promise<void>((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
    });
    narrator.say('ending');
  } else if (options.keep && cluster.howToStop) narrator.say(`it keeps running, without the agent; to stop it: ${cluster.howToStop}`);
  await end(options.keep ?? false);
}

function userKubeconfig(): string {
  const kubeconfig = process.env.KUBECONFIG;
  if (!kubeconfig) throw new Error('--cluster current needs KUBECONFIG in the environment');
  return kubeconfig;
}

function abandon(reason: string): never {
  console.error(reason);
  process.exit(1);
}

new Command('demo')
  .description('Takes the podinfo example through its life on a real control plane')
  .option('--once', 'exit when all stages are done, non-zero if one failed')
  .option('--keep', 'leave the control plane running')
  .option('--stop <folder>', 'stop a control plane that was kept')
  .addOption(new Option('--cluster <which>', 'where to run').choices(['embedded', 'current']).default('embedded'))
  .action((options: Options) =>
    main(options).then(
      () => process.exit(0),
      (error: unknown) => abandon(error instanceof Error ? error.message : String(error)),
    ),
  )
  .parseAsync();
