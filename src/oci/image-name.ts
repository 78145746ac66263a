import { errors } from '../common/errors';
import { type ImageName, isRegistry, readImageName } from '../model/image-name';

/** Where an image repository is. Throws `ImageNameInvalid`. */
export function parseImageName(image: string): ImageName {
  const read = readImageName(image);
  if ('reason' in read) throw errors.ImageNameInvalid({ image, reason: read.reason });
  return read;
}

/** What an `oci://` address names; of a registry alone any name in it, which stands for all of them. Throws `ImageNameInvalid`. */
export function imageBelow(url: string): ImageName {
  const name = url.slice('oci://'.length).replace(/\/+$/, '');
  return parseImageName(isRegistry(name) && !name.includes('/') ? `${name}/any` : name);
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
