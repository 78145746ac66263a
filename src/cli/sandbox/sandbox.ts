import { mkdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { RawKubeClient } from '../../kube/client';
import { readKubeconfig } from '../../kube/kubeconfig';
import { bedFiles } from '../../testbed/bed-files';
import { BedServers, isRunning } from '../../testbed/bed-servers';
import { TestBed } from '../../testbed/test-bed';
import { layFoundations } from './foundations';
import { forgetRecord, readRecord, type SandboxRecord, writeRecord } from './sandbox-record';

interface BootOptions {
  /** Nothing is downloaded: what the cache lacks is built. */
  readonly offline: boolean;
  readonly progress: (line: string) => void;
  /** Given up where it aborts. */
  readonly signal: AbortSignal;
}

/** A throw-away cluster for one platform: a test bed that outlives this process, with an agent beside it. */
export class Sandbox {
  private constructor(
    private readonly file: string,
    readonly bed: TestBed,
    private current: SandboxRecord,
  ) {}

  /** The one that runs. What is left of one that does not, such as after a restart of the machine, is cleared away. */
  static async find(file: string): Promise<Sandbox | undefined> {
    const record = await readRecord(file);
    if (record === undefined) return undefined;
    try {
      const bed = await TestBed.attach(record.bed);
      if (await bed.isRunning()) return new Sandbox(file, bed, record);
      await bed.stop();
    } catch {
      // Its folder is gone: the machine was started anew.
    }
    if (record.agent !== undefined) await new BedServers(record.bed, [record.agent]).stop();
    await forgetRecord(file);
    return undefined;
  }

  /** Boots a control plane with fake nodes, and what an agent needs in it. */
  static async boot(file: string, record: Omit<SandboxRecord, 'bed'>, { offline, progress, signal }: BootOptions): Promise<Sandbox> {
    const bed = await TestBed.start({ detach: true, registry: false, nodes: 3, progress, downloads: !offline, signal });
    const sandbox = new Sandbox(file, bed, { ...record, bed: bed.folder });
    try {
      await writeRecord(file, sandbox.current);
      await sandbox.withClient((client) => layFoundations(client, record.agentNamespace));
      signal.throwIfAborted();
      return sandbox;
    } catch (error) {
      await sandbox.end();
      throw error;
    }
  }

  get record(): SandboxRecord {
    return this.current;
  }

  /** Makes sure that an agent is at work. */
  async startAgent(): Promise<void> {
    const { agent, secrets, agentNamespace } = this.current;
    if (agent !== undefined && (await isRunning(agent))) return;
    const { folder, kubeconfig } = this.bed;
    const dataFolder = join(folder, 'agent');
    await mkdir(dataFolder, { recursive: true });
    const command = [...process.execArgv, join(__dirname, '..', `main${extname(__filename)}`), 'agent', '--kubeconfig', kubeconfig];
    const choices = ['--image-automation', 'off', '--git-read-only', '--sealed-secrets', secrets === 'none' ? 'on' : 'off'];
    const servers = new BedServers(folder);
    servers.start('agent', process.execPath, [...command, '--namespace', agentNamespace, '--data-dir', dataFolder, ...choices], false);
    await this.update({ agent: servers.all[0] });
  }

  async update(change: Partial<SandboxRecord>): Promise<void> {
    this.current = { ...this.current, ...change };
    await writeRecord(this.file, this.current);
  }

  /** File that gets the log of its agent. */
  get agentLog(): string {
    return bedFiles(this.bed.folder).log('agent');
  }

  async withClient<T>(use: (client: RawKubeClient) => Promise<T>): Promise<T> {
    const client = RawKubeClient.connect(readKubeconfig(this.bed.kubeconfig));
    try {
      return await use(client);
    } finally {
      client.close();
    }
  }

  /** Ends everything and leaves nothing. */
  async end(): Promise<void> {
    const { agent } = this.current;
    if (agent !== undefined) await new BedServers(this.bed.folder, [agent]).stop();
    await this.bed.stop();
    await forgetRecord(this.file);
  }
}
