import { errors } from '../common/errors';

/** Where an image repository is. */
export interface ImageName {
  /** Canonical, as Flux and go-containerregistry write it: `index.docker.io/library/podinfo`. */
  readonly name: string;
  /** The key of its credentials: `index.docker.io`, `ghcr.io`, `localhost:5000`. */
  readonly registry: string;
  /** Where requests go: `registry-1.docker.io` for Docker Hub, else the registry. */
  readonly host: string;
  /** In the registry: `library/podinfo`. */
  readonly path: string;
}

const DOCKER_HUB = 'index.docker.io';
const DOCKER_HUB_HOST = 'registry-1.docker.io';
const HOST = /^(?:[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Reads the name of an image repository as Docker and Flux do: what comes before the first slash is a registry where it has a dot or a colon or is
 * `localhost`, else the whole is on Docker Hub. Throws `ImageNameInvalid`, also for a scheme, tag or digest.
 */
export function parseImageName(image: string): ImageName {
  const invalid = (reason: string) => errors.ImageNameInvalid({ image, reason });
  const scheme = /^(.*?):\/\//.exec(image);
  if (scheme) throw invalid(`it has a scheme, remove '${scheme[0]}'`);
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  const isRegistry = first === 'localhost' || /[.:]/.test(first);
  const registry = isRegistry ? parseRegistry(first) : DOCKER_HUB;
  const rest = isRegistry ? image.slice(slash + 1) : image;
  if (!HOST.test(registry)) throw invalid(`${registry} is no host`);
  const tag = /[:@].*$/.exec(rest);
  if (tag) throw invalid(`it has a tag or digest, remove '${tag[0]}'`);
  const path = registry === DOCKER_HUB && !rest.includes('/') ? `library/${rest}` : rest;
  if (!/^[a-z0-9_\-./]{2,255}$/.test(rest)) throw invalid('it must have 2 to 255 characters of a-z, 0-9 and _-./');
  if (path.split('/').some((segment) => ['', '.', '..'].includes(segment))) throw invalid('a part between slashes is empty, . or ..');
  return { name: `${registry}/${path}`, registry, host: registry === DOCKER_HUB ? DOCKER_HUB_HOST : registry, path };
}

/** The canonical name of a registry: Docker Hub has several. */
export function parseRegistry(host: string): string {
  return ['docker.io', DOCKER_HUB_HOST].includes(host) ? DOCKER_HUB : host;
}

/** Registries that may speak plain HTTP without being asked to, as for go-containerregistry: this machine's and those at private addresses. */
export function isLocalRegistry(registry: string): boolean {
  const host = registry.replace(/:\d+$/, '');
  return (
    /^localhost:/.test(registry) ||
    host.endsWith('.localhost') ||
    host === '127.0.0.1' ||
    host === '[::1]' ||
    /^(10\.\d+|192\.168|172\.(1[6-9]|2\d|3[01]))\.\d+\.\d+$/.test(host)
  );
}
