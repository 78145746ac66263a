/** A key that may read a repository, and perhaps write to it. */
export interface DeployKey {
  /** What people find it by. Ours says of which cluster it is. */
  readonly title: string;
  /** `ssh-ed25519 AAAA…`; what stands behind it does not count. */
  readonly key: string;
  readonly writes: boolean;
}

/** What became of a key: `replaced` where another one of its title, or one with other rights, had to go. */
export type KeyOutcome = 'created' | 'present' | 'replaced';

/** One repository on GitHub, GitLab or a server that runs them, as whoever the token is of. */
export interface Forge {
  /** `GitHub` or `GitLab`. */
  readonly name: string;
  /** `acme/environments at github.com` */
  readonly repository: string;
  exists(): Promise<boolean>;
  /** A private one, empty. */
  create(): Promise<void>;
  ensureKey(key: DeployKey): Promise<KeyOutcome>;
}

/** The key itself, without type's neighbours and comment: what two of them are compared by. */
export function sameKey(a: string, b: string): boolean {
  return bare(a) === bare(b);
}

function bare(key: string): string {
  return key.trim().split(/\s+/).slice(0, 2).join(' ');
}
