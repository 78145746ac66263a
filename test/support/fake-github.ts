import { FakeForge, type ForgeReply, type ForgeRequest, page } from './fake-forge';

export interface GitHubKey {
  readonly id: number;
  readonly title: string;
  readonly key: string;
  readonly read_only: boolean;
}

/**
 * GitHub's REST API as far as repositories and deploy keys go, with the answers its documentation gives.
 * @see https://docs.github.com/rest/deploy-keys/deploy-keys
 */
export class FakeGitHub extends FakeForge {
  readonly token = 'ghp_fake';
  readonly login = 'alice';
  readonly organizations = ['acme'];
  /** Deploy keys by `owner/name`. */
  readonly repositories = new Map<string, GitHubKey[]>();
  /** Whether the token may change anything. */
  writes = true;
  private ids = 0;

  constructor() {
    super((request) => this.reply(request));
  }

  private reply(request: ForgeRequest): ForgeReply {
    if (request.headers.authorization !== `Bearer ${this.token}`) return { status: 401, body: { message: 'Bad credentials', status: '401' } };
    if (request.method !== 'GET' && !this.writes) {
      return { status: 403, body: { message: 'Resource not accessible by personal access token', status: '403' } };
    }
    const [, first, owner, name, keys, id] = request.path.split('/');
    if (request.path === '/user') return { status: 200, body: { login: this.login } };
    if (request.path === '/user/repos') return this.created(this.login, request);
    if (first === 'orgs') return this.organizations.includes(owner!) ? this.created(owner!, request) : notFound();
    const known = this.repositories.get(`${owner}/${name}`);
    if (first !== 'repos' || known === undefined) return notFound();
    if (keys === undefined) return { status: 200, body: { full_name: `${owner}/${name}`, private: true } };
    if (request.method === 'GET') return page(known, request, this.url);
    return request.method === 'POST' ? this.added(known, request) : this.removed(known, Number(id));
  }

  private created(owner: string, { body }: ForgeRequest): ForgeReply {
    const path = `${owner}/${body.name}`;
    if (this.repositories.has(path)) return invalid('name already exists on this account');
    this.repositories.set(path, []);
    return { status: 201, body: { full_name: path, private: body.private } };
  }

  private added(known: GitHubKey[], { body }: ForgeRequest): ForgeReply {
    const key = { id: ++this.ids, title: String(body.title), key: bare(String(body.key)), read_only: body.read_only !== false };
    if ([...this.repositories.values()].flat().some((one) => one.key === key.key)) return invalid('key is already in use');
    known.push(key);
    return { status: 201, body: key };
  }

  private removed(known: GitHubKey[], id: number): ForgeReply {
    const at = known.findIndex((one) => one.id === id);
    if (at < 0) return notFound();
    known.splice(at, 1);
    return { status: 204 };
  }
}

function notFound(): ForgeReply {
  return { status: 404, body: { message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' } };
}

function invalid(message: string): ForgeReply {
  const errors = [{ resource: 'PublicKey', code: 'custom', field: 'key', message }];
  return { status: 422, body: { message: 'Validation Failed', errors, status: '422' } };
}

/** It forgets what stands behind a key. */
function bare(key: string): string {
  return key.trim().split(/\s+/).slice(0, 2).join(' ');
}
