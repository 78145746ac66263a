import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { errors } from '../common/errors';
import type { ImageName } from '../model/image-name';
import { credentialsFor, credentialsOf, type DockerConfig, parseDockerConfig } from './docker-config';
import { parseObject } from './json-object';
import type { RegistryAccess } from './types';

/** How Docker names its Hub in its configuration and to credential helpers. */
const DOCKER_HUB_KEY = 'https://index.docker.io/v1/';
const HELPER_MS = 30_000;
const MOST_OUTPUT = 2 ** 20;

/**
 * What the user of a command line is logged in as: from `$DOCKER_CONFIG/config.json`, else `~/.docker/config.json`, else Podman's `auth.json`, and from the
 * credential helpers they name. Empty: nobody. Throws `DockerConfigInvalid`, `CredentialHelperFailed`.
 */
export async function dockerLogin(image: ImageName, environment: NodeJS.ProcessEnv = process.env): Promise<RegistryAccess> {
  for (const file of candidates(environment)) {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => absentOrRefused(error, file));
    if (text === undefined) continue;
    const config = parseDockerConfig(text, file);
    const helper = helperFor(image, config);
    const credentials = (helper && (await askHelper(helper, image, file, environment))) ?? credentialsFor(image, config, file);
    return credentials === undefined ? {} : { ...credentials, secret: file };
  }
  return {};
}

function absentOrRefused({ code, message }: NodeJS.ErrnoException, file: string): undefined {
  if (code !== 'ENOENT' && code !== 'ENOTDIR') throw errors.DockerConfigInvalid({ source: file, reason: message });
}

function candidates(environment: NodeJS.ProcessEnv): string[] {
  const { DOCKER_CONFIG, REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR, XDG_CONFIG_HOME } = environment;
  const home = environment.HOME || homedir();
  return [
    DOCKER_CONFIG ? join(DOCKER_CONFIG, 'config.json') : join(home, '.docker', 'config.json'),
    ...(REGISTRY_AUTH_FILE ? [REGISTRY_AUTH_FILE] : []),
    ...(XDG_RUNTIME_DIR ? [join(XDG_RUNTIME_DIR, 'containers', 'auth.json')] : []),
    join(XDG_CONFIG_HOME || join(home, '.config'), 'containers', 'auth.json'),
  ];
}

function helperFor({ registry }: ImageName, { credHelpers = {}, credsStore }: DockerConfig): string | undefined {
  const aliases = registry === 'index.docker.io' ? [DOCKER_HUB_KEY, registry, 'docker.io'] : [registry];
  return aliases.map((alias) => credHelpers[alias]).find(Boolean) || credsStore || undefined;
}

/** Undefined where the helper knows nothing of the registry. */
async function askHelper(helper: string, { registry }: ImageName, file: string, environment: NodeJS.ProcessEnv) {
  const command = `docker-credential-${helper}`;
  const failed = (reason: string) => errors.CredentialHelperFailed({ command, host: registry, reason, file });
  if (!/^[\w.-]+$/.test(helper)) throw failed('that is no name of a program');
  const server = registry === 'index.docker.io' ? DOCKER_HUB_KEY : registry;
  const { code, stdout } = await run(command, server, environment, failed);
  // Helpers say why on stdout.
  if (code !== 0 && /credentials not found|no credentials|not found in/i.test(stdout)) return undefined;
  if (code !== 0) throw failed(stdout.trim().slice(0, 200) || `it ended with code ${code}`);
  const answer = parseObject(stdout) as { Username?: string; Secret?: string } | undefined;
  if (typeof answer?.Secret !== 'string') throw failed('what it printed holds no credentials');
  return credentialsOf({ username: answer.Username, password: answer.Secret }, () => failed('what it printed holds no credentials'));
}

function run(
  command: string,
  input: string,
  env: NodeJS.ProcessEnv,
  failed: (reason: string) => Error,
): Promise<{ code: number | null; stdout: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, ['get'], { env, stdio: ['pipe', 'pipe', 'ignore'], timeout: HELPER_MS, killSignal: 'SIGKILL' });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout.length < MOST_OUTPUT) stdout += text;
    });
    child.once('error', (error: NodeJS.ErrnoException) => reject(failed(error.code === 'ENOENT' ? 'it is not installed' : error.message)));
    child.once('close', (code, signal) =>
      signal === null ? resolve({ code, stdout }) : reject(failed(`it did not answer within ${HELPER_MS / 1000} s`)),
    );
    // A helper that ends without reading.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
