import { errors } from '../../common/errors';
import { secretsIn } from '../../common/secret-values';
import type { GitAccess } from '../../git/access';
import { transportOf } from '../../git/url';
import type { Runtime } from '../runtime/types';
import type { ReadSecret } from './followed-secrets';
import type { GitRepository } from './git-repository';
import { accessOf, proxyOf } from './git-secret';

/**
 * What the Secrets of a GitRepository let us do; told to the redactor before anybody else hears of it.
 * Throws `SourceSecretMissing` and `GitHostUnknown`.
 * @param hosts lines of `known_hosts` for an address, where a Secret has none
 */
export async function accessTo(
  { metadata, spec }: GitRepository,
  read: ReadSecret,
  redactor: Runtime['redactor'],
  hosts: (url: string) => string | undefined,
): Promise<GitAccess> {
  const { url, secretRef, proxySecretRef } = spec;
  const namespace = metadata.namespace ?? '';
  if (secretRef === undefined && transportOf(url) === 'ssh') {
    throw errors.SourceSecretMissing({ secret: `of ${namespace}/${metadata.name}`, problem: 'is not named: ssh needs spec.secretRef' });
  }
  const access: GitAccess =
    secretRef === undefined ? {} : accessOf(url, await read(namespace, secretRef.name), `${namespace}/${secretRef.name}`, hosts(url));
  const proxy = proxySecretRef && proxyOf(await read(namespace, proxySecretRef.name), `${namespace}/${proxySecretRef.name}`);
  const whole = proxy === undefined ? access : { ...access, proxy };
  for (const secret of secretsIn(whole)) redactor.add(secret);
  return whole;
}
