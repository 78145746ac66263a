import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { errors } from '../common/errors';
import { isRepositoryName } from './git-route';

export interface GitCredentials {
  readonly username: string;
  readonly password: string;
}

export interface BedRepository {
  /** For clone, fetch and push. Carries no credentials. */
  readonly url: string;
  /** The bare repository on disk. */
  readonly path: string;
}

/** Git over HTTP on loopback. */
export class BedGit {
  constructor(
    /** Of the server; repositories are below it. */
    readonly url: string,
    private readonly root: string,
    /** What the server asks for. Undefined: anyone may fetch and push. */
    readonly credentials?: GitCredentials,
  ) {}

  /** Makes an empty bare repository, whose branch is `main` until someone says otherwise. Names may have slashes. */
  async createRepository(name: string): Promise<BedRepository> {
    if (!isRepositoryName(name)) throw errors.BedRepositoryName({ name });
    const path = join(this.root, `${name}.git`);
    await mkdir(path, { recursive: true });
    await promisify(execFile)('git', ['init', '--quiet', '--bare', '--initial-branch=main', path]);
    return { url: `${this.url}/${name}.git`, path };
  }
}
