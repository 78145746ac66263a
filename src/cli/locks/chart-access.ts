import { readFile } from 'node:fs/promises';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { dockerLogin } from '../../oci/docker-login';
import { parseImageName } from '../../oci/image-name';
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
  return url.startsWith('oci://') ? registryLogin(url.slice('oci://'.length), environment) : repositoryLogin(url, environment);
}

async function registryLogin(path: string, environment: NodeJS.ProcessEnv): Promise<RegistryAccess> {
  const image = parseImageName(path.replace(/\/+$/, ''));
  const helm = await dockerLogin(image, { ...environment, DOCKER_CONFIG: join(helmFolder(environment), 'registry') });
  return Object.keys(helm).length > 0 ? helm : dockerLogin(image, environment);
}

async function repositoryLogin(url: string, environment: NodeJS.ProcessEnv): Promise<RegistryAccess> {
  const file = environment.HELM_REPOSITORY_CONFIG || join(helmFolder(environment), 'repositories.yaml');
  const text = await readFile(file, 'utf8').catch(() => '');
  const known = ((load(text) ?? {}) as HelmRepositories).repositories?.find((one) => sameUrl(one.url, url));
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
