import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BedGit, type BedRepository } from '../../src/testbed/bed-git';
import { gitServer } from '../../src/testbed/git-server';

/** A Git server that outlives the clusters that read from it. */
export class GitHost {
  static async start(): Promise<GitHost> {
    const root = await mkdtemp(join(tmpdir(), 'fairlead-git-'));
    const server = gitServer({ root });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new GitHost(root, server);
  }

  private constructor(
    private readonly root: string,
    private readonly server: Server,
  ) {}

  createRepository(name: string): Promise<BedRepository> {
    return new BedGit(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}`, this.root).createRepository(name);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await rm(this.root, { recursive: true, force: true, maxRetries: 10 });
  }
}
