import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { abortable, onAbort } from '../common/on-abort';
import { boot } from './bed-boot';
import { bedFiles } from './bed-files';
import { BedGit, type GitCredentials } from './bed-git';
import { type BedRecord, readRecord, writeRecord } from './bed-record';
import { BedServers, isRunning } from './bed-servers';
import { BedGitOverSsh } from './bed-ssh';
import { binaries } from './binaries';
import { type CommandOptions, runCommand } from './command';
import type { BedPorts } from './control-plane';
import { kubeconfig } from './kubeconfig';
import { sweepAtEnd } from './leash';
import { withFreePorts } from './ports';
import { type Progress, progressToStderr } from './progress';
import type { ToolName } from './tools';

export interface TestBedOptions {
  /** Fake nodes. @default 1 */
  readonly nodes?: number;
  /** kube-controller-manager: without it there are no ReplicaSets, no garbage collection and no default service accounts. @default true */
  readonly controllers?: boolean;
  /** @default true */
  readonly scheduler?: boolean;
  /** Plays nodes, Pods and the cloud provider's load balancers. Without it there are no nodes. @default true */
  readonly kwok?: boolean;
  /** Images whose Pods wait for a `ProcessNode`, which runs them as processes, instead of being played. @default none */
  readonly processImages?: RegExp;
  /** Git over HTTP; with credentials it asks for them. @default true */
  readonly git?: boolean | GitCredentials;
  /** The repositories of `git` over SSH too. @default false */
  readonly ssh?: boolean;
  /** An OCI registry. @default true */
  readonly registry?: boolean;
  /** Every request to the API server is logged: see `auditLog`. @default false */
  readonly audit?: boolean;
  /** The bed outlives this process, until `TestBed.stop(folder)`. @default false: it ends with this process, however that ends */
  readonly detach?: boolean;
  /** Downloads what is published before it is built. @default false */
  readonly downloads?: boolean;
  /** Given up where it aborts: what was started ends, and nothing is left. */
  readonly signal?: AbortSignal;
  /** Told what is being built and started. @default - lines on stderr */
  readonly progress?: Progress;
}

/** What matches no image. */
const NONE = /^$/;

/**
 * A real control plane with fake nodes, a Git server and an OCI registry, all on loopback and in one temporary folder.
 * What is not built yet is built first, into a cache outside the repository.
 */
export class TestBed {
  static async start(options: TestBedOptions = {}): Promise<TestBed> {
    const { controllers = true, scheduler = true, kwok = true, registry = true, ssh = false } = options;
    const { audit = false, detach = false, nodes = 1, git = true } = options;
    const { processImages = NONE, signal } = options;
    const progress = options.progress ?? progressToStderr;
    const tools: ToolName[] = ['etcd', 'kube-apiserver'];
    if (controllers) tools.push('kube-controller-manager');
    if (scheduler) tools.push('kube-scheduler');
    if (kwok) tools.push('kwok');
    if (registry) tools.push('registry');
    if (ssh) tools.push('ssh-server');
    const built = await abortable(binaries(tools, { progress, downloads: options.downloads }), signal);

    const folder = await mkdtemp(join(tmpdir(), 'fairlead-bed-'));
    const sweeper = detach ? undefined : sweepAtEnd(folder);
    const servers = new BedServers(folder);
    const gitCredentials = typeof git === 'object' ? git : undefined;
    const unlink = onAbort(signal, () => void servers.stop());
    try {
      return await withFreePorts(6, async ([etcd, etcdPeer, apiServer, gitPort, registryPort, sshPort]) => {
        const ports: BedPorts = { etcd, etcdPeer, apiServer, git: gitPort, registry: registryPort, ssh: sshPort };
        const gitServer = git === false ? undefined : { credentials: gitCredentials };
        await boot(
          {
            folder,
            ports,
            binaries: built,
            leashed: !detach,
            nodes,
            controllers,
            scheduler,
            kwok,
            processImages,
            registry,
            audit,
            git: gitServer,
            ssh,
          },
          servers,
        );
        const record: BedRecord = {
          url: `https://127.0.0.1:${apiServer}`,
          git: gitServer && `http://127.0.0.1:${gitPort}`,
          gitCredentials,
          gitOverSsh: ssh ? `ssh://git@127.0.0.1:${sshPort}` : undefined,
          registry: registry ? `127.0.0.1:${registryPort}` : undefined,
          processImages: processImages.source,
          servers: servers.all,
        };
        await writeRecord(folder, record);
        signal?.throwIfAborted();
        return new TestBed(folder, record, servers, progress, sweeper);
      });
    } catch (error) {
      await servers.stop();
      await discard(folder, sweeper);
      throw error;
    } finally {
      unlink();
    }
  }

  /** A bed that another process started with `detach`. */
  static async attach(folder: string): Promise<TestBed> {
    const record = await readRecord(folder);
    return new TestBed(resolve(folder), record, new BedServers(folder, [...record.servers]), progressToStderr);
  }

  /** Stops a bed that another process started with `detach`, and deletes its folder. */
  static async stop(folder: string): Promise<void> {
    await (await TestBed.attach(folder)).stop();
  }

  /** Address of the API server. */
  readonly url: string;
  /** File with the admin's kubeconfig, all embedded. */
  readonly kubeconfig: string;
  /** File with one JSON line a request: user, user agent, verb, object, status, times. Where the bed was started with `audit`. */
  readonly auditLog: string;
  /** Images whose Pods kwok leaves to a `ProcessNode`. */
  readonly processImages: RegExp;
  private readonly gitServer?: BedGit;

  private constructor(
    readonly folder: string,
    private readonly record: BedRecord,
    private readonly servers: BedServers,
    private readonly progress: Progress,
    private readonly sweeper?: ChildProcess,
  ) {
    this.url = record.url;
    this.kubeconfig = bedFiles(folder).kubeconfig;
    this.auditLog = bedFiles(folder).auditLog;
    this.processImages = new RegExp(record.processImages);
    if (record.git) this.gitServer = new BedGit(record.git, bedFiles(folder).repositories, record.gitCredentials);
  }

  /** Throws where the bed was started without. */
  get git(): BedGit {
    if (!this.gitServer) throw new Error('this test bed was started with git: false');
    return this.gitServer;
  }

  /** Throws where the bed was started without `ssh`. */
  get gitOverSsh(): BedGitOverSsh {
    if (!this.record.gitOverSsh) throw new Error('this test bed was started without ssh');
    return new BedGitOverSsh(this.record.gitOverSsh, this.folder);
  }

  /** `host:port` of the OCI registry, plain HTTP. Throws where the bed was started without. */
  get registry(): string {
    if (!this.record.registry) throw new Error('this test bed was started with registry: false');
    return this.record.registry;
  }

  /** Path of a tool, built first where it is missing. */
  async bin(name: ToolName): Promise<string> {
    return (await binaries([name], { progress: this.progress }))[name];
  }

  /** Runs kubectl as admin. @returns its stdout */
  async kubectl(args: readonly string[], options: CommandOptions = {}): Promise<string> {
    return runCommand(await this.bin('kubectl'), args, { ...options, env: { ...this.environment(), ...options.env } });
  }

  /** Runs helm as admin, with its own configuration and cache. @returns its stdout */
  async helm(args: readonly string[], options: CommandOptions = {}): Promise<string> {
    return runCommand(await this.bin('helm'), args, { ...options, env: { ...this.environment(), ...options.env } });
  }

  /** Path of a kubeconfig for a service account that exists, for an hour. */
  async serviceAccountKubeconfig(namespace: string, name: string): Promise<string> {
    const token = (await this.kubectl(['create', 'token', name, '--namespace', namespace])).trim();
    const ca = await readFile(bedFiles(this.folder).authority, 'utf8');
    const path = join(this.folder, `${namespace}-${name}.kubeconfig`);
    await writeFile(path, kubeconfig({ url: this.url, ca, identity: token }), { mode: 0o600 });
    return path;
  }

  /** Whether every server is there still. */
  async isRunning(): Promise<boolean> {
    return (await Promise.all(this.record.servers.map(isRunning))).every((running) => running);
  }

  /** Ends every server and deletes the folder. May be called twice. */
  async stop(): Promise<void> {
    await this.servers.stop();
    await discard(this.folder, this.sweeper);
  }

  private environment(): NodeJS.ProcessEnv {
    const home = (name: string) => join(this.folder, 'home', name);
    return {
      KUBECONFIG: this.kubeconfig,
      KUBECACHEDIR: home('kube'),
      HELM_CACHE_HOME: home('helm-cache'),
      HELM_CONFIG_HOME: home('helm-config'),
      HELM_DATA_HOME: home('helm-data'),
    };
  }
}

async function discard(folder: string, sweeper: ChildProcess | undefined): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  sweeper?.stdin?.destroy();
}
