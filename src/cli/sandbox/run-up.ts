import { errors } from '../../common/errors';
import { kinds } from '../../model/kinds';
import { annotations } from '../../model/labels';
import { openTree } from '../../preview/open-tree';
import { previewOf } from '../../preview/preview-of';
import { createEngine } from '../../render/engine';
import { withLock } from '../../testbed/build-lock';
import { openChartLibrary } from '../charts/chart-library';
import { type Project, projectAt } from '../locks/project';
import { Progress } from '../print/progress';
import { type OutputFormat, printStructured } from '../print/structured';
import { rendered } from '../render/rendered';
import { chooseCluster, type RootedCluster } from './choose-cluster';
import { commitFiles } from './commit-files';
import { applyAll } from './foundations';
import { Interrupted, Interruption } from './interruption';
import { printArrived } from './print-arrived';
import { expectedOf } from './progress-of';
import { Sandbox } from './sandbox';
import { sandboxFiles } from './sandbox-files';
import { recordFile } from './sandbox-record';
import { type Arrived, untilReady } from './until-ready';

export interface UpOptions {
  readonly cluster?: string;
  readonly secrets: 'placeholder' | 'none';
  readonly keep?: boolean;
  /** In milliseconds. */
  readonly timeout: number;
  readonly offline?: boolean;
  readonly output?: OutputFormat;
}

const BRANCH = 'main';
const REPOSITORY = 'sandbox';

/** `fairlead sandbox up`: boots or syncs again, waits and reports. Gives the exit code. */
export async function runUp(options: UpOptions): Promise<number> {
  try {
    return await up(options);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    // What was under way would go on, with nobody to tell.
    process.exit(error.exitCode);
  }
}

async function up(options: UpOptions): Promise<number> {
  const project = projectAt(process.cwd());
  const file = await recordFile(project.root);
  const cluster = await previewed(project, options);
  return await withLock(
    `${file}.lock`,
    (owner) => tell(`waiting for process ${owner}, which works on the same sandbox`),
    async () => {
      const running = await Sandbox.find(file);
      if (running !== undefined) expectSame(running, cluster.name, options);
      const [sandbox, arrived] = await brought(running, file, project, cluster, options);
      const isReady = arrived.every(({ state }) => state === 'ready' || state === 'suspended');
      const isKept = isReady || running !== undefined || options.keep === true;
      process.stdout.write(report(sandbox, arrived, options, isKept));
      if (!isKept) await sandbox.end();
      return isReady ? 0 : 1;
    },
  );
}

async function previewed({ root, output }: Project, { cluster, offline }: UpOptions): Promise<RootedCluster> {
  const { tree, prefix, close } = await openTree(root);
  const progress = new Progress();
  const charts = openChartLibrary({ offline, progress: (text) => progress.tell(text) });
  const engine = createEngine({ processes: 2 });
  try {
    const chosen = chooseCluster(await previewOf(tree, prefix + output, { engine, charts, rendering: 'later' }), cluster);
    return { ...chosen, layers: await Promise.all(chosen.layers.map(rendered)) };
  } finally {
    progress.end();
    charts.close();
    close();
    await engine.close();
  }
}

function expectSame({ record }: Sandbox, cluster: string, { secrets }: UpOptions): void {
  if (record.cluster !== cluster) throw errors.SandboxOfAnother({ wanted: `cluster ${cluster}`, found: `cluster ${record.cluster}` });
  if (record.secrets !== secrets) throw errors.SandboxOfAnother({ wanted: `--secrets=${secrets}`, found: `--secrets=${record.secrets}` });
}

/** The sandbox that runs, or one that is booted now, with the working tree in it. Somebody who ends the command is listened to all the while. */
async function brought(
  running: Sandbox | undefined,
  file: string,
  project: Project,
  cluster: RootedCluster,
  options: UpOptions,
): Promise<readonly [Sandbox, Arrived[]]> {
  const interruption = new Interruption();
  try {
    const sandbox = running ?? (await boot(file, project, cluster, options, interruption));
    return [sandbox, await synced(sandbox, running === undefined, cluster, options, interruption)];
  } finally {
    interruption.over();
  }
}

async function boot(
  file: string,
  { root }: Project,
  { name, root: { namespace } }: RootedCluster,
  { secrets, offline = false }: UpOptions,
  { signal }: Interruption,
): Promise<Sandbox> {
  tell('booting a control plane');
  try {
    return await Sandbox.boot(file, { root, cluster: name, secrets, agentNamespace: namespace }, { offline, progress: tell, signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/** What this command booted does not outlive its failure, nor its interruption. */
async function synced(
  sandbox: Sandbox,
  isOurs: boolean,
  cluster: RootedCluster,
  options: UpOptions,
  { signal, came }: Interruption,
): Promise<Arrived[]> {
  try {
    // To its end, or an agent would start beside what ends.
    const commit = await bring(sandbox, cluster, options);
    signal.throwIfAborted();
    return await Promise.race([untilSynced(sandbox, cluster, commit, options), came]);
  } catch (error) {
    if (isOurs) await sandbox.end();
    throw error;
  }
}

/** Commits the working tree to the sandbox, and has an agent at work. Gives the commit. */
async function bring(sandbox: Sandbox, cluster: RootedCluster, { secrets }: UpOptions): Promise<string> {
  const { url, path } = await sandbox.bed.git.createRepository(REPOSITORY);
  const { files, start } = await sandboxFiles(cluster, { url, branch: BRANCH, placeholders: secrets === 'placeholder' });
  const commit = await commitFiles(path, BRANCH, files);
  await sandbox.update({ commit });
  await sandbox.startAgent();
  await sandbox.withClient((client) => applyAll(client, start));
  return commit;
}

async function untilSynced(sandbox: Sandbox, cluster: RootedCluster, commit: string, { timeout }: UpOptions): Promise<Arrived[]> {
  const progress = new Progress();
  const { agentNamespace } = sandbox.record;
  return await sandbox.withClient(async (client) => {
    const requested = { metadata: { annotations: { [annotations.requestedAt]: new Date().toISOString() } } };
    const { namespace, name } = cluster.root.source;
    await client.patch({ ...kinds.GitRepository, namespace, name }, 'merge', requested);
    const waiting = { agentNamespace, commit, timeoutMs: timeout, tell: (text: string) => progress.tell(text) };
    return await untilReady(client, expectedOf(cluster), waiting).finally(() => progress.end());
  });
}

function report(sandbox: Sandbox, arrived: readonly Arrived[], { output }: UpOptions, isKept: boolean): string {
  const { kubeconfig } = sandbox.bed;
  if (output !== undefined) return printStructured({ cluster: sandbox.record.cluster, ...(isKept && { kubeconfig }), objects: arrived }, output);
  const after = isKept
    ? `look at it:  export KUBECONFIG=${kubeconfig}\nend it:      fairlead sandbox down\n`
    : 'it is taken down again; with --keep it stays for a look\n';
  return `${printArrived(arrived)}\n${after}`;
}

function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}
