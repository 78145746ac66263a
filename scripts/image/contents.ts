/** What the agent's image holds, and nothing besides. Whatever it holds can be attacked, and has to be updated. */
export const CONTENTS = {
  /** Programs the agent runs, with the libraries they load: by name, or where they lie. */
  programs: [
    'node',
    'git',
    // Fetches and pushes over http and https; over ssh git needs none.
    'git-core/git-remote-http',
    'ssh',
    // Keys of commits that are signed with ssh; those of GnuPG.
    'ssh-keygen',
    'gpg',
    'gpg-agent',
    'gpgconf',
    // git runs ssh by way of a shell, and ssh asks a script for passphrases.
    'sh',
  ],
  /** Links to programs: name to what it is. */
  links: { '/usr/lib/git-core/git-remote-https': 'git-remote-http' },
  /** Files of the machine the image is made on. */
  files: ['/etc/ssl/certs/ca-certificates.crt'],
  /** Of this package, below `/app`. */
  app: ['package.json', 'LICENSE', 'crds', 'engine/bin/fairlead-engine'],
  /** What of the compiled sources runs: no declarations. */
  compiled: 'lib',
  /** Dependencies of the package that the agent never loads: it runs nobody's program. */
  leftOut: ['esbuild'],
} as const;

/** Who runs in it. ssh runs as nobody who has no name. */
export const USER = { name: 'fairlead', uid: 65532 } as const;

/** Text files of its own. */
export const TEXTS: Readonly<Record<string, string>> = {
  '/etc/passwd': `root:x:0:0:root:/:/sbin/nologin\n${USER.name}:x:${USER.uid}:${USER.uid}::/data:/sbin/nologin\n`,
  '/etc/group': `root:x:0:\n${USER.name}:x:${USER.uid}:\n`,
  // Names come from files first, then from DNS.
  '/etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
};

/** Folders that are mounted over, with their modes. */
export const FOLDERS: Readonly<Record<string, number>> = {
  '/data': 0o755,
  '/tmp': 0o1777,
  '/proc': 0o755,
  '/dev': 0o755,
  '/etc/fairlead': 0o755,
  '/var/run': 0o755,
};

/** What its container starts. */
export const ENTRYPOINT = ['/usr/bin/node', '/app/lib/cli/main.js'] as const;
