import { errors } from '../../common/errors';
import { ForgeApi, messageIn } from './forge-api';
import { type DeployKey, type Forge, type KeyOutcome, sameKey } from './types';

interface GitLabKey {
  readonly id: number;
  readonly title: string;
  readonly key: string;
  readonly can_push: boolean;
}

/** @see https://docs.gitlab.com/api/deploy_keys/ */
export class GitLab implements Forge {
  readonly name = 'GitLab';
  readonly repository: string;
  private readonly api: ForgeApi;

  /**
   * @param url base address of the API: `https://gitlab.com/api/v4`
   * @param path `group/subgroup/name`
   */
  constructor(
    url: string,
    token: string,
    private readonly path: string,
    host: string,
  ) {
    this.repository = `${path} at ${host}`;
    this.api = new ForgeApi({
      name: this.name,
      url: url.replace(/\/+$/, ''),
      // Unlike PRIVATE-TOKEN this header follows no redirect to another server.
      headers: { authorization: `Bearer ${token}` },
      variable: 'GITLAB_TOKEN',
      rights: 'maintain the project (scope api, role Maintainer)',
    });
  }

  async exists(): Promise<boolean> {
    return (await this.api.send('GET', this.project(), undefined, [404])).status !== 404;
  }

  async create(): Promise<void> {
    const parts = this.path.split('/');
    const [owner, name] = [parts.slice(0, -1).join('/'), parts.at(-1)!];
    const namespace = await this.api.send('GET', `/namespaces/${encodeURIComponent(owner)}`, undefined, [404]);
    if (namespace.status === 404) throw errors.ForgeOwnerUnknown({ forge: this.name, owner });
    const { id } = namespace.body as { id: number };
    await this.api.send('POST', '/projects', { name, path: name, namespace_id: id, visibility: 'private', initialize_with_readme: false });
  }

  async ensureKey(wanted: DeployKey): Promise<KeyOutcome> {
    if (!(await this.exists())) throw errors.ForgeRepositoryUnknown({ repository: this.repository });
    const known = await this.api.list<GitLabKey>(`${this.project()}/deploy_keys?per_page=100`);
    const same = known.find((one) => sameKey(one.key, wanted.key));
    if (same !== undefined && same.can_push === wanted.writes) return 'present';
    if (same !== undefined) {
      await this.api.send('PUT', `${this.project()}/deploy_keys/${same.id}`, { can_push: wanted.writes });
      return 'replaced';
    }
    const old = known.filter((one) => one.title === wanted.title);
    for (const { id } of old) await this.api.send('DELETE', `${this.project()}/deploy_keys/${id}`, undefined, [404]);
    const body = { title: wanted.title, key: wanted.key, can_push: wanted.writes };
    const answer = await this.api.send('POST', `${this.project()}/deploy_keys`, body, [400]);
    if (answer.status === 400) this.refuse(messageIn(answer.body) ?? '');
    return old.length > 0 ? 'replaced' : 'created';
  }

  private refuse(reason: string): never {
    if (/already been taken/.test(reason)) throw errors.ForgeKeyTaken({ forge: this.name, repository: this.repository });
    throw errors.ForgeRefused({ forge: this.name, request: 'the deploy key', status: 400, reason });
  }

  private project(): string {
    return `/projects/${encodeURIComponent(this.path)}`;
  }
}
