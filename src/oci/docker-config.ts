import { errors } from '../common/errors';
import { type ImageName, registryName } from '../model/image-name';
import { parseObject } from './json-object';
import type { RegistryAccess } from './types';

/** Docker's `config.json`, as far as it concerns credentials; also what a Secret of type `kubernetes.io/dockerconfigjson` holds. */
export interface DockerConfig {
  /** By registry: `https://index.docker.io/v1/`, a host, or a host with the beginning of a path. */
  readonly auths?: Readonly<Record<string, DockerAuth>>;
  /** Suffix of the program that knows all credentials: `docker-credential-<suffix>`. */
  readonly credsStore?: string;
  /** The same by registry. */
  readonly credHelpers?: Readonly<Record<string, string>>;
}

export interface DockerAuth {
  /** base64 of `username:password`; wins over both. */
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly registrytoken?: string;
}

type Credentials = Pick<RegistryAccess, 'username' | 'password' | 'identityToken' | 'bearerToken'>;

/** Stands in for a username where the password is a refresh token. */
const TOKEN_USER = '<token>';

/** @param source for messages: the Secret or file. Throws `DockerConfigInvalid`. */
export function parseDockerConfig(text: string, source: string): DockerConfig {
  const config = parseObject(text) as DockerConfig | undefined;
  if (config === undefined) throw errors.DockerConfigInvalid({ source, reason: 'it is no JSON object' });
  for (const field of ['auths', 'credHelpers'] as const) {
    const value = config[field] ?? {};
    if (typeof value !== 'object' || Array.isArray(value)) throw errors.DockerConfigInvalid({ source, reason: `${field} is no object` });
  }
  return config;
}

/**
 * What a configuration has for an image repository: of the keys that name its registry (`*` stands for one part of a host) the one with the longest path
 * that the repository is below. Undefined where there is none. Throws `DockerConfigInvalid` where that one cannot be read.
 */
export function credentialsFor(image: ImageName, { auths = {} }: DockerConfig, source: string): Credentials | undefined {
  const matching = Object.entries(auths)
    .map(([key, auth]) => ({ key, auth, place: placeOf(key) }))
    .filter(({ auth, place }) => auth && matches(place, image))
    .sort((a, b) => b.place.path.length - a.place.path.length || a.place.host.split('*').length - b.place.host.split('*').length);
  for (const { key, auth } of matching) {
    const credentials = credentialsOf(auth, () =>
      errors.DockerConfigInvalid({ source, reason: `auth of ${key} is not base64 of username:password` }),
    );
    if (credentials !== undefined) return credentials;
  }
  return undefined;
}

/** Undefined where it holds nothing, which is how `docker login` writes entries whose secret a credential helper has. */
export function credentialsOf(entry: DockerAuth, invalid: () => Error): Credentials | undefined {
  const { username, password } = entry.auth ? decodeAuth(entry.auth, invalid) : entry;
  if (entry.registrytoken) return { bearerToken: entry.registrytoken };
  if (entry.identitytoken) return { username, identityToken: entry.identitytoken };
  if (username === TOKEN_USER && password) return { username, identityToken: password };
  return username || password ? { username, password } : undefined;
}

function decodeAuth(auth: string, invalid: () => Error): { username: string; password: string } {
  const text = typeof auth === 'string' ? Buffer.from(auth, 'base64').toString() : '';
  const colon = text.indexOf(':');
  if (colon < 1) throw invalid();
  return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, '') };
}

/** Host and path of a key. `/v1/` and `/v2/` belong to the API and not to the name. */
function placeOf(key: string): { readonly host: string; readonly path: string } {
  const bare = key.replace(/^https?:\/\//, '');
  const [host, ...rest] = bare.split('/');
  const path = rest.join('/').replace(/^v[12](\/|$)/, '');
  return { host: registryName(host), path: path.replace(/\/+$/, '') };
}

function matches({ host, path }: { readonly host: string; readonly path: string }, image: ImageName): boolean {
  return matchesHost(host, image.registry) && (path === '' || image.path === path || image.path.startsWith(`${path}/`));
}

function matchesHost(pattern: string, host: string): boolean {
  const [patterns, parts] = [pattern, host].map((it) => it.split('.'));
  return patterns.length === parts.length && patterns.every((part, index) => matchesPart(part, parts[index]));
}

function matchesPart(pattern: string, part: string): boolean {
  const [first, ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === part;
  const last = rest.pop()!;
  // Between stars the order of the pieces counts; one star is what people write.
  let at = first.length;
  for (const piece of rest) {
    const found = part.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return part.startsWith(first) && part.length >= at + last.length && part.endsWith(last);
}
