import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
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

  /** The private key that is let in from the beginning, in OpenSSH's format. */
  get identity(): string {
    return readFileSync(bedFiles(this.folder).sshIdentity, 'utf8');
  }

  /** The server's line of `known_hosts`. */
  get knownHosts(): string {
    return readFileSync(bedFiles(this.folder).sshKnownHosts, 'utf8');
  }

  /** From now on this key is let in too, as a deploy key that was added. @param publicKey `ssh-ed25519 AAAA…` */
  authorize(publicKey: string): void {
    appendFileSync(bedFiles(this.folder).sshAuthorizedKeys, `${publicKey.trim()}\n`);
  }

  /** Takes a key back that was authorized. */
  revoke(publicKey: string): void {
    const file = bedFiles(this.folder).sshAuthorizedKeys;
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    writeFileSync(file, lines.filter((line) => line !== publicKey.trim()).join('\n'));
  }
}
