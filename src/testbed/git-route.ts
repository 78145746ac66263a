/** What a request to the Git server asks for. */
export interface GitRequest {
  /** Path of the bare repository below the server's root, such as `apps.git`. */
  readonly repository: string;
  /** The rest of the path, as `git http-backend` expects it. */
  readonly path: string;
  readonly query: string;
}

const SEGMENT = '[A-Za-z0-9_-][A-Za-z0-9._-]*';
const REPOSITORY = new RegExp(`^${SEGMENT}(?:/${SEGMENT})*$`);
const SMART = new RegExp(`^/(${SEGMENT}(?:/${SEGMENT})*\\.git)(/info/refs|/git-upload-pack|/git-receive-pack)$`);

/** Reads a request of Git's smart HTTP protocol; undefined for anything else. */
export function routeGit(method: string, url: string): GitRequest | undefined {
  const [pathname, query = ''] = url.split('?', 2);
  const match = SMART.exec(pathname);
  if (!match) return undefined;
  const [, repository, path] = match;
  const allowed = path === '/info/refs' ? method === 'GET' && /^service=git-(upload|receive)-pack$/.test(query) : method === 'POST';
  return allowed ? { repository, path, query } : undefined;
}

/** Whether a repository may have this name: segments of letters, digits, dots, dashes. */
export function isRepositoryName(name: string): boolean {
  return REPOSITORY.test(name) && !name.endsWith('.git');
}

/** Whether an Authorization header carries these credentials. */
export function isAuthorized(header: string | undefined, credentials: { readonly username: string; readonly password: string }): boolean {
  return header === `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
}
