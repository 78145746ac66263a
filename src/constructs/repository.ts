import { errors } from '../common/errors';
import { isDnsSubdomain } from './names';

/** How to read a Git repository. */
export interface GitRepositoryOptions {
  /**
   * Branch to follow.
   * @default 'main'
   */
  readonly branch?: string;

  /**
   * Folder of the repository that holds the program (its cdk8s.yaml), where it is not the repository's root.
   * @default - the root
   */
  readonly directory?: string;

  /**
   * Name of its GitRepository object in the cluster.
   * @default - last part of the address, without `.git`
   */
  readonly name?: string;

  /**
   * Secret with its credentials, in the agent's namespace: `identity` and `known_hosts`, or `username` and `password`, or `bearerToken`.
   * @default - for ssh the repository's name, as ssh cannot do without; none for http and https
   */
  readonly secretName?: string;
}

/** Where manifests and charts come from. */
export class Repository {
  /**
   * A Git repository over https, http or ssh.
   * @param url `https://…`, `ssh://…`, or ssh as Git providers show it: `git@github.com:acme/environments`
   */
  public static git(url: string, options: GitRepositoryOptions = {}): Repository {
    return new Repository(addressOf(url), options);
  }

  /** Name of its GitRepository object. */
  public readonly name: string;

  public readonly branch: string;

  /** Folder of the program in the repository, without slashes around it; empty for the root. */
  public readonly directory: string;

  public readonly secretName?: string;

  private constructor(
    /** As the cluster reads it: scheme `https`, `http` or `ssh`. */
    public readonly url: string,
    options: GitRepositoryOptions,
  ) {
    this.name = options.name ?? nameOf(url);
    if (!isDnsSubdomain(this.name)) throw errors.RepositoryNameInvalid({ url, name: this.name });
    this.branch = options.branch ?? 'main';
    this.directory = (options.directory ?? '').replace(/^(\.?\/)+|\/+$/g, '');
    if (this.directory.split('/').includes('..')) throw errors.RepositoryDirectoryInvalid({ directory: this.directory });
    this.secretName = options.secretName ?? (url.startsWith('ssh://') ? this.name : undefined);
  }
}

const SCP = /^(?:([^@/\s]+)@)?([^:/\s]+):(?!\/\/)(\S+)$/;

/** Flux's GitRepository takes no scp form. */
function addressOf(url: string): string {
  const scp = SCP.exec(url);
  const address = scp ? `ssh://${scp[1] ?? 'git'}@${scp[2]}/${scp[3].replace(/^\/+/, '')}` : url;
  const parsed = URL.canParse(address) ? new URL(address) : undefined;
  if (!parsed || !['http:', 'https:', 'ssh:'].includes(parsed.protocol) || parsed.host === '' || parsed.pathname.length < 2) {
    throw errors.RepositoryUrlInvalid({ url: url.replace(/\/\/[^/@]*@/, '//') });
  }
  if (parsed.password !== '') throw errors.RepositoryUrlSecret({ url: url.replace(/\/\/[^/@]*@/, '//') });
  return address;
}

function nameOf(url: string): string {
  return new URL(url).pathname
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .split('/')
    .at(-1)!
    .toLowerCase();
}
