import { readFile } from 'node:fs/promises';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';
import { load, YAMLException } from 'js-yaml';
import { errors } from '../../common/errors';
import { dockerLogin } from '../../oci/docker-login';
import { imageBelow } from '../../oci/image-name';
import type { RegistryAccess } from '../../oci/types';

interface HelmRepositories {
  readonly repositories?: readonly HelmRepository[];
}

interface HelmRepository {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly pass_credentials_all?: boolean;
}

/** What lets the user in at a chart repository: what `helm repo add`, `helm registry login` or `docker login` were given. */
export async function chartAccess(url: string, environment: NodeJS.ProcessEnv = process.env): Promise<RegistryAccess> {
  return url.startsWith('oci://') ? registryLogin(url, environment) : repositoryLogin(url, environment);
}

async function registryLogin(url: string, environment: NodeJS.ProcessEnv): Promise<RegistryAccess> {
  const image = imageBelow(url);
  const helm = await dockerLogin(image, { ...environment, DOCKER_CONFIG: join(helmFolder(environment), 'registry') });
  return Object.keys(helm).length > 0 ? helm : dockerLogin(image, environment);
}

async function repositoryLogin(url: string, environment: NodeJS.ProcessEnv): Promise<RegistryAccess> {
  const file = environment.HELM_REPOSITORY_CONFIG || join(helmFolder(environment), 'repositories.yaml');
  const known = (await readRepositories(file)).repositories?.find((one) => sameUrl(one.url, url));
  if (known === undefined) return {};
  const content = async (path: string | undefined) => (path ? readFile(path, 'utf8') : undefined);
  return {
    username: known.username || undefined,
    password: known.password || undefined,
    certificateAuthority: await content(known.caFile),
    clientCertificate: await content(known.certFile),
    clientKey: await content(known.keyFile),
    passCredentials: known.pass_credentials_all,
    secret: file,
  };
}

/** What is wrong is told without a piece of the file: there are passwords in it. */
async function readRepositories(file: string): Promise<HelmRepositories> {
  try {
    return (load(await readFile(file, 'utf8')) ?? {}) as HelmRepositories;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return {};
    const reason = error instanceof YAMLException ? `${error.reason}, line ${error.mark.line + 1}` : message;
    throw errors.HelmRepositoriesUnreadable({ file, reason });
  }
}

function sameUrl(a: string, b: string): boolean {
  return a.replace(/\/+$/, '') === b.replace(/\/+$/, '');
}

/** Where Helm keeps its configuration. */
function helmFolder({ HELM_CONFIG_HOME, XDG_CONFIG_HOME, HOME }: NodeJS.ProcessEnv): string {
  const home = HOME || homedir();
  if (HELM_CONFIG_HOME) return HELM_CONFIG_HOME;
  if (XDG_CONFIG_HOME) return join(XDG_CONFIG_HOME, 'helm');
  return platform() === 'darwin' ? join(home, 'Library', 'Preferences', 'helm') : join(home, '.config', 'helm');
}
