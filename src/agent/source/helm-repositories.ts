import { hash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from '../../common/errors';
import { parseDuration } from '../../common/go-duration';
import { secretsIn } from '../../common/secret-values';
import { userInfo } from '../../common/user-info';
import { chartName } from '../../model/version-ref';
import { chartFiles, contentOf } from '../../oci/archive-content';
import type { Authorization } from '../../oci/authorization';
import { openChartRepository } from '../../oci/chart-repository';
import type { OpenChartRepository } from '../../oci/chart-resolution';
import { refKey, refOf } from '../runtime/ref';
import type { Runtime } from '../runtime/types';
import { FollowedSecrets } from './followed-secrets';
import { sourceName } from './git-sources';
import { type HelmRepository, isOfRegistry, wrongUrl } from './helm-repository';
import { registryAccess } from './registry-secrets';
import type { ChartCatalog, ChartVersions, SourceContent, SourceRef, Sources } from './types';

const DEFAULT_TIMEOUT_MS = 60_000;

interface Opened {
  /** Address and access it was opened with. */
  readonly with: string;
  readonly repository: OpenChartRepository;
}

/**
 * Charts of HelmRepositories: content at `<chart>@<range of versions>`. What they said last is on disk, so that a restart needs none of them; each has a
 * folder of its own, since one who may read a repository need not share that with another namespace.
 */
export class HelmRepositories implements Sources, ChartCatalog {
  private readonly opened = new Map<string, Promise<Opened>>();
  private readonly secrets: FollowedSecrets;

  constructor(
    private readonly runtime: Runtime,
    private readonly authorization: Authorization,
  ) {
    this.secrets = new FollowedSecrets(runtime, errors.RegistrySecretUnusable);
  }

  /** Of the index. A registry has none: there is something to ask as soon as the object is there. */
  revision(ref: SourceRef): string | undefined {
    const object = this.runtime.store.get<HelmRepository>(ref);
    return object !== undefined && isOfRegistry(object) ? object.spec.url : object?.status?.artifact?.revision;
  }

  async content(ref: SourceRef, path: string): Promise<SourceContent> {
    const { repository, timeoutMs } = await this.at(ref);
    const { chart, range } = parsePlace(path);
    const { version, digest } = await repository.resolve(chart, range, { timeoutMs });
    const { bytes } = await repository.archive(chart, version, { timeoutMs, digest });
    return { ...contentOf(await chartFiles(bytes, `chart ${chart} ${version}`), digest), revision: version };
  }

  async digest(ref: SourceRef, path: string): Promise<string> {
    const { repository, timeoutMs } = await this.at(ref);
    const { chart, range } = parsePlace(path);
    return (await repository.resolve(chart, range, { timeoutMs })).digest;
  }

  async descends(): Promise<boolean> {
    return true;
  }

  async chartVersions(ref: SourceRef, chart: string): Promise<ChartVersions> {
    const { repository, timeoutMs, object } = await this.at(ref);
    return { name: chartName(object.spec.url, chart), releases: await repository.versions(chart, { timeoutMs }) };
  }

  async chartDigest(ref: SourceRef, chart: string, version: string): Promise<string> {
    const { repository, timeoutMs } = await this.at(ref);
    return (await repository.resolve(chart, version, { timeoutMs })).digest;
  }

  /** The repository by what its spec and Secrets say now. Throws `RegistrySecretUnusable`. */
  async open(object: HelmRepository): Promise<OpenChartRepository> {
    const key = refKey(refOf(object));
    const before = await this.opened.get(key)?.catch(() => undefined);
    const opening = this.openAnew(object, before);
    this.opened.set(key, opening);
    opening.catch(() => this.opened.get(key) === opening && this.opened.delete(key));
    return (await opening).repository;
  }

  async remove(object: HelmRepository): Promise<void> {
    const ref = refOf(object);
    this.secrets.forget(ref);
    this.opened.delete(refKey(ref));
    await rm(this.folder(object), { recursive: true, force: true });
  }

  private async at(ref: SourceRef): Promise<{ object: HelmRepository; repository: OpenChartRepository; timeoutMs: number }> {
    const object = this.runtime.store.get<HelmRepository>(ref);
    if (object === undefined || wrongUrl(object) !== undefined) throw errors.SourceNotReady({ source: sourceName(ref) });
    const known = await this.opened.get(refKey(ref));
    return { object, repository: known?.repository ?? (await this.open(object)), timeoutMs: timeoutOf(object) };
  }

  private async openAnew(object: HelmRepository, before: Opened | undefined): Promise<Opened> {
    const { metadata, spec } = object;
    const access = await this.secrets.reading(refOf(object), (...reads) => registryAccess(spec, metadata.namespace ?? '', ...reads));
    for (const secret of [...secretsIn(access), passwordIn(spec.url)]) if (secret) this.runtime.redactor.add(secret);
    const identity = JSON.stringify([spec.url, access]);
    if (before?.with === identity) return before;
    const cacheFolder = join(this.folder(object), hash('sha256', spec.url, 'hex').slice(0, 12));
    return { with: identity, repository: openChartRepository({ url: spec.url, access, cacheFolder, authorization: this.authorization }) };
  }

  private folder({ metadata: { namespace = '', name } }: HelmRepository): string {
    return join(this.runtime.dataFolder, 'charts', `${namespace}_${name}`);
  }
}

export function timeoutOf({ spec }: { readonly spec: { readonly timeout?: string } }): number {
  return parseDuration(spec.timeout) ?? DEFAULT_TIMEOUT_MS;
}

function passwordIn(url: string): string {
  return userInfo(new URL(url)).password;
}

/** Names of charts have no `@`. */
function parsePlace(path: string): { readonly chart: string; readonly range: string } {
  const at = path.indexOf('@');
  return at < 0 ? { chart: path, range: '*' } : { chart: path.slice(0, at), range: path.slice(at + 1) };
}
