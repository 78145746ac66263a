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

/** Why a text names no image repository. */
export interface NoImageName {
  readonly reason: string;
}

const DOCKER_HUB = 'index.docker.io';
const DOCKER_HUB_HOST = 'registry-1.docker.io';
const HOST = /^(?:[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Reads the name of an image repository as Docker and Flux do: what comes before the first slash is a registry where it `isRegistry`, else the whole is on
 * Docker Hub. A scheme, tag or digest makes it none.
 */
export function readImageName(image: string): ImageName | NoImageName {
  const scheme = /^(.*?):\/\//.exec(image);
  if (scheme) return { reason: `it has a scheme, remove '${scheme[0]}'` };
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  const registry = isRegistry(first) ? registryName(first) : DOCKER_HUB;
  const rest = isRegistry(first) ? image.slice(slash + 1) : image;
  if (!HOST.test(registry)) return { reason: `${registry} is no host` };
  const tag = /[:@].*$/.exec(rest);
  if (tag) return { reason: `it has a tag or digest, remove '${tag[0]}'` };
  const path = registry === DOCKER_HUB && !rest.includes('/') ? `library/${rest}` : rest;
  if (!/^[a-z0-9_\-./]{2,255}$/.test(rest)) return { reason: 'it must have 2 to 255 characters of a-z, 0-9 and _-./' };
  if (path.split('/').some((segment) => ['', '.', '..'].includes(segment))) return { reason: 'a part between slashes is empty, . or ..' };
  return { name: `${registry}/${path}`, registry, host: registry === DOCKER_HUB ? DOCKER_HUB_HOST : registry, path };
}

/** Whether the first part of a name is a registry: it has a dot or a colon, or is `localhost`. */
export function isRegistry(first: string): boolean {
  return first === 'localhost' || /[.:]/.test(first);
}

/** The canonical name of a registry: Docker Hub has several. */
export function registryName(host: string): string {
  return ['docker.io', DOCKER_HUB_HOST].includes(host) ? DOCKER_HUB : host;
}
