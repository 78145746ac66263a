import type { Duration } from 'cdk8s';

/** Who commits. */
export interface CommitAuthor {
  /** @default 'fairlead' */
  readonly name?: string;

  /** Address the commits are by; no mail is sent to it. */
  readonly email: string;
}

/** A key that commits are signed with, in a Secret beside the agent. */
export interface CommitSigning {
  /** Name of the Secret: `git.asc` and `passphrase` of OpenPGP, `identity` and `password` of SSH. */
  readonly secretName: string;

  /** @default 'gpg' */
  readonly type?: 'gpg' | 'ssh';
}

/** How new versions are committed. */
export interface CommitOptions {
  /**
   * Distinguishes automations of one cluster that differ in anything else.
   * @default 'commit', or 'pull-request'
   */
  readonly name?: string;

  /**
   * Branch to push to. Another one than the cluster follows waits there for somebody to merge it.
   * @default - the branch the cluster follows, or for pull requests `fairlead/<name of the cluster>-<name>`
   */
  readonly branch?: string;

  /** @default - `fairlead <fairlead@localhost>` */
  readonly author?: CommitAuthor;

  /**
   * Message of commits, a Go template with Flux's fields: `.Changed`, `.AutomationObject`, `.Values`.
   * @see https://fluxcd.io/flux/components/image/imageupdateautomations/#message-template
   * @default - names each object, its policies, and old and new versions
   */
  readonly message?: string;

  /**
   * What `.Values` of the message holds.
   * @default - nothing
   */
  readonly messageValues?: { readonly [name: string]: string };

  /**
   * Whether the message tells CI systems to leave the commit alone: `[ci skip]`.
   * @default false
   */
  readonly skipCi?: boolean;

  /** @default - commits are not signed */
  readonly signing?: CommitSigning;

  /**
   * Options of `git push`, such as GitLab's `merge_request.create`.
   * @default - none
   */
  readonly pushOptions?: { readonly [option: string]: string };

  /**
   * Folder that is edited, from the root of the repository.
   * @default - those of the cluster in the output and the locks
   */
  readonly path?: string;

  /**
   * How often everything is compared anew. New versions do not wait for it.
   * @default Duration.minutes(10)
   */
  readonly interval?: Duration;
}

/** What becomes of new versions that policies choose. */
export class Automation {
  /** Nobody commits them; what is newest is shown all the same. */
  public static readonly OFF = new Automation('off', {});

  /** They are committed to the branch the cluster follows. */
  public static commit(options: CommitOptions = {}): Automation {
    return new Automation('commit', options);
  }

  /** They are pushed to a branch of their own, to be merged by people. */
  public static pullRequest(options: CommitOptions = {}): Automation {
    return new Automation('pull-request', options);
  }

  private constructor(
    private readonly mode: 'off' | 'commit' | 'pull-request',
    private readonly options: CommitOptions,
  ) {}

  /** @internal */
  get _mode(): 'off' | 'commit' | 'pull-request' {
    return this.mode;
  }

  /** @internal */
  get _options(): CommitOptions {
    return this.options;
  }

  /** What it is called in a cluster. @internal */
  _nameIn(cluster: string): string {
    return `${cluster}-${this.options.name ?? this.mode}`;
  }
}
