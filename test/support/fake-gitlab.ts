import { FakeForge, type ForgeReply, type ForgeRequest, page } from './fake-forge';

export interface GitLabKey {
  readonly id: number;
  readonly title: string;
  readonly key: string;
  can_push: boolean;
}

/**
 * GitLab's REST API as far as projects and deploy keys go, with the answers its documentation gives.
 * @see https://docs.gitlab.com/api/deploy_keys/
 */
export class FakeGitLab extends FakeForge {
  readonly token = 'glpat-fake';
  readonly groups = ['acme', 'acme/platform'];
  /** Deploy keys by path. */
  readonly projects = new Map<string, GitLabKey[]>();
  /** Whether the token's role may change anything. */
  writes = true;
  private ids = 0;

  constructor() {
    super((request) => this.reply(request));
  }

  private reply(request: ForgeRequest): ForgeReply {
    if (request.headers.authorization !== `Bearer ${this.token}`) return { status: 401, body: { message: '401 Unauthorized' } };
    if (request.method !== 'GET' && !this.writes) return { status: 403, body: { message: '403 Forbidden' } };
    const [, first, of = '', keys, id] = request.path.split('/');
    const path = decodeURIComponent(of);
    if (first === 'namespaces')
      return this.groups.includes(path) ? { status: 200, body: { id: this.groups.indexOf(path), full_path: path } } : notFound('Namespace');
    if (request.path === '/projects') return this.created(request);
    const known = this.projects.get(path);
    if (first !== 'projects' || known === undefined) return notFound('Project');
    if (keys === undefined) return { status: 200, body: { path_with_namespace: path } };
    const one = known.find((key) => key.id === Number(id));
    if (request.method === 'GET') return page(known, request, this.url);
    if (request.method === 'POST') return this.added(known, request);
    if (one === undefined) return notFound('Deploy Key');
    if (request.method === 'PUT') {
      one.can_push = request.body.can_push === true;
      return { status: 200, body: one };
    }
    known.splice(known.indexOf(one), 1);
    return { status: 204 };
  }

  private created({ body }: ForgeRequest): ForgeReply {
    const path = `${this.groups[Number(body.namespace_id)]}/${body.path}`;
    if (this.projects.has(path)) return { status: 400, body: { message: { path: ['has already been taken'] } } };
    this.projects.set(path, []);
    return { status: 201, body: { path_with_namespace: path } };
  }

  private added(known: GitLabKey[], { body }: ForgeRequest): ForgeReply {
    const key = { id: ++this.ids, title: String(body.title), key: String(body.key), can_push: body.can_push === true };
    if (known.some((one) => one.key === key.key))
      return { status: 400, body: { message: { 'deploy_key.fingerprint_sha256': ['has already been taken'] } } };
    known.push(key);
    return { status: 201, body: key };
  }
}

function notFound(what: string): ForgeReply {
  return { status: 404, body: { message: `404 ${what} Not Found` } };
}
