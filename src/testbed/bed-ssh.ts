import { readFileSync } from 'node:fs';
import { errors } from '../common/errors';
import { bedFiles } from './bed-files';
import { isRepositoryName } from './git-route';

/** Git over SSH on loopback: the repositories that are served over HTTP too. It takes an OpenSSH client to reach them. */
export class BedGitOverSsh {
  constructor(
    /** Of the server; repositories are below it. */
    readonly base: string,
    private readonly folder: string,
  ) {}

  /** Of a repository that `git.createRepository` made, for clone, fetch and push. */
  url(repository: string): string {
    if (!isRepositoryName(repository)) throw errors.BedRepositoryName({ name: repository });
    return `${this.base}/${repository}.git`;
  }

  /** The one private key that is let in, in OpenSSH's format. */
  get identity(): string {
    return readFileSync(bedFiles(this.folder).sshIdentity, 'utf8');
  }

  /** The server's line of `known_hosts`. */
  get knownHosts(): string {
    return readFileSync(bedFiles(this.folder).sshKnownHosts, 'utf8');
  }
}
