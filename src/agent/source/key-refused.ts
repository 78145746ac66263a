import { errors } from '../../common/errors';
import type { GitAccess } from '../../git/access';
import { GitExit } from '../../git/run';
import { publicUrl, transportOf } from '../../git/url';
import { publicKeyOf } from './public-key';

/** Where people add a key to a repository of a forge. */
const SETTINGS: Readonly<Record<string, (repository: string) => string>> = {
  'github.com': (repository) => `https://github.com/${repository}/settings/keys/new`,
  'gitlab.com': (repository) => `https://gitlab.com/${repository}/-/settings/repository#js-deploy-keys-settings`,
  'bitbucket.org': (repository) => `https://bitbucket.org/${repository}/admin/access-keys/`,
};

/** What a key is for. */
export interface KeyUse {
  /** It must be allowed to write. */
  readonly pushes: boolean;
  /** The server let us in before. */
  readonly wasFetched: boolean;
}

/**
 * An error that says which public key to add where, in place of one that says no more than that an ssh server did not let us in. Of a key with a
 * passphrase it cannot be told: a wrong one looks the same.
 */
export function keyRefused(error: unknown, url: string, access: GitAccess, { pushes, wasFetched }: KeyUse): unknown {
  if (transportOf(url) !== 'ssh' || access.identity === undefined || access.passphrase !== undefined || !isAboutKey(error, url)) return error;
  const key = publicKeyOf(access.identity);
  if (key === undefined) return error;
  const rights = pushes ? 'read and write access' : 'read access';
  const refused = wasFetched ? errors.GitKeyRevoked : errors.GitKeyRefused;
  return refused({ url: publicUrl(url), secret: access.secret ?? '', key, rights, where: whereToAdd(url) }, error);
}

/** The address people open, or words where the forge is not known. */
export function whereToAdd(url: string): string {
  const { hostname, pathname } = new URL(url);
  const repository = pathname.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
  return SETTINGS[hostname]?.(repository) ?? `the deploy keys of ${repository} at ${hostname}`;
}

/** Of a key that cannot be read the server knows nothing. Forges say of repositories a key may not read that there are none. */
function isAboutKey(error: unknown, url: string): boolean {
  if (errors.SourceNotFound.is(error)) return SETTINGS[new URL(url).hostname] !== undefined;
  if (!errors.SourceAuthFailed.is(error)) return false;
  const { cause } = error;
  return !(cause instanceof GitExit) || (/Permission denied \(/.test(cause.stderr) && !/Load key/.test(cause.stderr));
}
