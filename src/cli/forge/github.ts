import { errors } from '../../common/errors';
import { type ForgeAnswer, ForgeApi, messageIn } from './forge-api';
import { type DeployKey, type Forge, type KeyOutcome, sameKey } from './types';

interface GitHubKey {
  readonly id: number;
  readonly title: string;
  readonly key: string;
  readonly read_only: boolean;
}

/** @see https://docs.github.com/rest/deploy-keys/deploy-keys */
export class GitHub implements Forge {
  readonly name = 'GitHub';
  readonly repository: string;
  private readonly api: ForgeApi;

  /**
   * @param url base address of the API: `https://api.github.com`, or `https://HOST/api/v3` of an Enterprise server
   * @param path `owner/name`
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
      headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28', authorization: `Bearer ${token}` },
      variable: 'GITHUB_TOKEN',
      rights: 'administer the repository (scope repo, or "Administration: write" of a fine-grained token)',
    });
  }

  async exists(): Promise<boolean> {
    return (await this.api.send('GET', `/repos/${this.path}`, undefined, [404])).status !== 404;
  }

  async create(): Promise<void> {
    const [owner, name] = this.path.split('/') as [string, string];
    const { login } = (await this.api.send('GET', '/user')).body as { login: string };
    const where = login.toLowerCase() === owner.toLowerCase() ? '/user/repos' : `/orgs/${owner}/repos`;
    const { status } = await this.api.send('POST', where, { name, private: true, auto_init: false }, [404]);
    if (status === 404) throw errors.ForgeOwnerUnknown({ forge: this.name, owner });
  }

  async ensureKey(wanted: DeployKey): Promise<KeyOutcome> {
    if (!(await this.exists())) throw errors.ForgeRepositoryUnknown({ repository: this.repository });
    const known = await this.api.list<GitHubKey>(`/repos/${this.path}/keys?per_page=100`);
    if (known.some((one) => sameKey(one.key, wanted.key) && one.read_only === !wanted.writes)) return 'present';
    // Rights of a key cannot be changed, and one of the same title is what the cluster had before.
    const old = known.filter((one) => sameKey(one.key, wanted.key) || one.title === wanted.title);
    for (const { id } of old) await this.api.send('DELETE', `/repos/${this.path}/keys/${id}`, undefined, [404]);
    const body = { title: wanted.title, key: wanted.key, read_only: !wanted.writes };
    this.refuseTaken(await this.api.send('POST', `/repos/${this.path}/keys`, body, [422]));
    return old.length > 0 ? 'replaced' : 'created';
  }

  private refuseTaken({ status, body }: ForgeAnswer): void {
    if (status !== 422) return;
    const reason = messageIn(body) ?? '';
    throw /already in use/.test(reason)
      ? errors.ForgeKeyTaken({ forge: this.name, repository: this.repository })
      : errors.ForgeRefused({ forge: this.name, request: 'the deploy key', status, reason });
  }
}
