import { errors } from '../common/errors';
import type { HttpAnswer } from './transport';
import type { RegistryAccess } from './types';

/** As Flux's `--helm-chart-max-size`. */
export const MOST_ARCHIVE_BYTES = 10 * 2 ** 20;

/** An address in an index, or beside one, as Helm resolves it: relative ones below the repository's address, whose query goes along. */
export function chartUrl(repository: string, reference: string): URL {
  if (URL.canParse(reference)) return new URL(reference);
  const base = new URL(repository);
  const { search } = base;
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  base.search = '';
  const url = new URL(reference, base);
  url.search = search;
  return url;
}

/** What goes along to an address the index names: to another host only what proves its identity, unless the access says otherwise. */
export function accessTo(url: URL, repository: string, access: RegistryAccess): RegistryAccess {
  const { protocol, host } = new URL(repository);
  if (access.passCredentials || (url.protocol === protocol && url.host === host)) return access;
  const { certificateAuthority, proxy, insecure } = access;
  return { certificateAuthority, proxy, insecure };
}

/** What an answer of a chart repository other than success means. */
export function refusal(answer: Pick<HttpAnswer, 'status' | 'url'>, repository: string, access: RegistryAccess): Error {
  const { status } = answer;
  const url = answer.url.origin + answer.url.pathname;
  const { host } = answer.url;
  const secret = access.secret === undefined ? 'name a Secret with username and password in spec.secretRef' : `check secret ${access.secret}`;
  if (status === 401 || status === 403) return errors.RegistryAuthFailed({ host, repository: url, reason: `it answered ${status}`, remedy: secret });
  if (status === 404 || status === 410)
    return errors.RegistryRepositoryMissing({
      repository,
      reason: `${url} answered ${status}`,
      remedy: 'check spec.url: index.yaml is right below it',
    });
  return errors.RegistryFailed({ url, status, reason: 'no chart or index came' });
}
