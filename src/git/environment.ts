import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitAccess } from './access';
import { credentialsOf, originOf, publicUrl, transportOf } from './url';

/** Variables of our own environment that git may see: how to find programs, proxies and certificates. */
const INHERITED = [
  'PATH',
  'TMPDIR',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'HTTPS_PROXY',
  'NO_PROXY',
  'ALL_PROXY',
  'all_proxy',
];

const CONFIG: Readonly<Record<string, string>> = {
  'core.hooksPath': '/dev/null',
  'core.askPass': '',
  'core.fsmonitor': 'false',
  'core.logAllRefUpdates': 'false',
  'credential.helper': '',
  'gc.autoDetach': 'false',
  'maintenance.autoDetach': 'false',
  // A data folder on a volume often belongs to another user than the agent runs as.
  'safe.directory': '*',
  'protocol.version': '2',
  'submodule.recurse': 'false',
  // A server that falls silent is given up, also when nobody is left to kill the command.
  'http.lowSpeedLimit': '1',
  'http.lowSpeedTime': '60',
};

export type Environment = Readonly<Record<string, string>>;

/** The environment of every git command: nothing of the user's or the machine's configuration, no prompt, no hook, English messages. */
export function pinnedEnvironment(config: Readonly<Record<string, string>> = {}): Environment {
  const environment: Record<string, string> = {};
  for (const name of INHERITED) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return {
    ...withConfig(environment, { ...CONFIG, ...config }),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_ALLOW_PROTOCOL: 'http:https:ssh',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_OPTIONAL_LOCKS: '0',
    HOME: '/nonexistent',
    XDG_CONFIG_HOME: '/nonexistent',
    LC_ALL: 'C',
  };
}

/**
 * The environment of somebody who works on a repository of their own, with their configuration, credentials and hooks. Messages are
 * English all the same: they are read.
 */
export function userEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const environment = Object.fromEntries(Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined));
  return { ...environment, LC_ALL: 'C' };
}

/** An environment with more of git's configuration in it. */
export function withConfig(environment: Environment, config: Readonly<Record<string, string>>): Environment {
  const before = Number(environment.GIT_CONFIG_COUNT ?? 0);
  const entries = Object.entries(config);
  const added: Record<string, string> = { GIT_CONFIG_COUNT: String(before + entries.length) };
  entries.forEach(([key, value], index) => {
    added[`GIT_CONFIG_KEY_${before + index}`] = key;
    added[`GIT_CONFIG_VALUE_${before + index}`] = value;
  });
  return { ...environment, ...added };
}

/** A folder only we can read, for as long as `use` takes. */
export async function withPrivateFolder<R>(parent: string, name: string, use: (folder: string) => Promise<R>): Promise<R> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(parent, `${name}-`));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Runs `use` with an environment that lets git into a server. Secrets travel in variables or in files of a private folder
 * that is gone afterwards; headers are bound to the server's origin, so that a redirect elsewhere never carries them.
 */
export async function withAccess<R>(url: string, access: GitAccess, folder: string, use: (environment: Environment) => Promise<R>): Promise<R> {
  return withPrivateFolder(folder, 'access', async (secrets) =>
    use(transportOf(url) === 'ssh' ? await overSsh(access, secrets) : await overHttp(url, access, secrets)),
  );
}

async function overHttp(url: string, access: GitAccess, secrets: string): Promise<Environment> {
  const { username, password } = {
    ...credentialsOf(url),
    ...(access.username || access.password ? { username: access.username, password: access.password } : {}),
  };
  const config: Record<string, string> = {};
  const scope = `http.${originOf(publicUrl(url))}`;
  if (access.bearerToken !== undefined) config[`${scope}.extraHeader`] = `Authorization: Bearer ${access.bearerToken}`;
  else if (username !== undefined || password !== undefined) {
    config[`${scope}.extraHeader`] = `Authorization: Basic ${Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64')}`;
  }
  if (access.proxy !== undefined) config['http.proxy'] = access.proxy;
  const environment = { ...pinnedEnvironment(config) };
  if (access.certificateAuthority !== undefined) environment.GIT_SSL_CAINFO = await privateFile(secrets, 'ca.crt', access.certificateAuthority);
  if (access.clientCertificate !== undefined) environment.GIT_SSL_CERT = await privateFile(secrets, 'tls.crt', access.clientCertificate);
  if (access.clientKey !== undefined) environment.GIT_SSL_KEY = await privateFile(secrets, 'tls.key', access.clientKey);
  return environment;
}

async function overSsh(access: GitAccess, secrets: string): Promise<Environment> {
  const identity = await privateFile(secrets, 'identity', access.identity ?? '');
  const knownHosts = await privateFile(secrets, 'known_hosts', access.knownHosts ?? '');
  const options = [
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    'PreferredAuthentications=publickey',
    'NumberOfPasswordPrompts=1',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile="${knownHosts}"`,
    'GlobalKnownHostsFile=/dev/null',
    'UpdateHostKeys=no',
    'ConnectTimeout=30',
    'ServerAliveInterval=15',
    'ServerAliveCountMax=4',
    // BatchMode would also refuse to ask for a passphrase.
    ...(access.passphrase === undefined ? ['BatchMode=yes'] : []),
  ];
  const command = ['ssh', '-F', '/dev/null', '-i', quoted(identity), ...options.flatMap((option) => ['-o', quoted(option)])].join(' ');
  const environment: Environment = { ...pinnedEnvironment(), GIT_SSH_COMMAND: command, GIT_SSH_VARIANT: 'ssh' };
  return access.passphrase === undefined ? environment : { ...environment, ...(await passphraseVariables(secrets, access.passphrase)) };
}

/** What answers programs of OpenSSH that ask for a passphrase. */
export async function passphraseVariables(secrets: string, passphrase: string): Promise<Environment> {
  const ask = await privateFile(secrets, 'ask', '#!/bin/sh\nprintf \'%s\\n\' "$FAIRLEAD_PASSPHRASE"\n');
  await chmod(ask, 0o700);
  return { SSH_ASKPASS: ask, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0', FAIRLEAD_PASSPHRASE: passphrase };
}

/** A file of a private folder; its path. */
export async function privateFile(folder: string, name: string, content: string): Promise<string> {
  const path = join(folder, name);
  // ssh refuses a key whose last line does not end.
  await writeFile(path, content === '' || content.endsWith('\n') ? content : `${content}\n`, { mode: 0o600 });
  return path;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
