import { hash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { filterOf, foundTags } from '../../agent/image/image-repository-tags';
import { errors } from '../../common/errors';
import { choose } from '../../images/choose';
import { DEFAULT_EXCLUSIONS } from '../../images/exclusion-list';
import { isProblem } from '../../images/problem';
import type { ImageRule } from '../../model/image-rule';
import type { VersionRef } from '../../model/version-ref';
import { Authorization } from '../../oci/authorization';
import { openChartRepository } from '../../oci/chart-repository';
import type { OpenChartRepository } from '../../oci/chart-resolution';
import { dockerLogin } from '../../oci/docker-login';
import { parseImageName } from '../../oci/image-name';
import { openImageRegistry } from '../../oci/registry';
import { TagKnowledge } from '../../oci/tag-knowledge';
import { Transport } from '../../oci/transport';
import type { ImageRegistry } from '../../oci/types';
import type { LockRequest } from '../../synth/lock-request';
import { chartAccess } from './chart-access';

/** A version, and the words for why it is that one. */
export interface Resolved {
  readonly ref: VersionRef;
  readonly why: string;
}

interface OpenImage {
  readonly registry: ImageRegistry;
  readonly tags: readonly string[];
  readonly knowledge: TagKnowledge;
  /** Tags that were compared with the registry in this run. */
  readonly checked: Set<string>;
}

type ImageSource = LockRequest['source'] & { readonly type: 'image' };

/** Asks registries and chart repositories, each once whoever wants to know, with the credentials that docker and helm are logged in with. */
export class VersionResolver {
  private readonly transport = new Transport();
  private readonly authorization = new Authorization(this.transport);
  private readonly images = new Map<string, Promise<OpenImage>>();
  private readonly charts = new Map<string, Promise<OpenChartRepository>>();

  /**
   * @param cacheFolder may be lost at any time
   * @param progress told in words what takes long
   */
  constructor(
    private readonly progress: (text: string) => void,
    private readonly cacheFolder: string = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'fairlead', 'lock'),
  ) {}

  /**
   * The version that a request's rule takes now.
   * @throws VersionByHand, NoVersionMatches, and the errors of registries
   */
  async newest(request: LockRequest): Promise<Resolved> {
    const { rule, source } = request;
    if (rule === undefined) throw errors.VersionByHand({ name: request.key.slice(request.key.indexOf('/') + 1), environment: request.layer });
    return source.type === 'image' ? this.newestImage(request, rule) : this.newestChart(request, rule);
  }

  /** The digest that a version has now. Throws the errors of registries, and `VersionGone`. */
  async digestOf({ source, name }: LockRequest, tag: string): Promise<string> {
    const digest =
      source.type === 'image'
        ? await (await this.image(source)).registry.digest(tag)
        : (await (await this.chartRepository(source.url)).resolve(source.chart, tag)).digest;
    if (digest === undefined) throw errors.VersionGone({ name, tag });
    return digest;
  }

  close(): void {
    this.transport.close();
  }

  private async newestImage(request: LockRequest, rule: ImageRule): Promise<Resolved> {
    const { name } = request;
    const image = await this.image(request.source as ImageSource);
    const { tags, knowledge, registry } = image;
    const known = (tag: string) => knowledge.facts(tag);
    const unusable = new Set<string>();
    for (;;) {
      const choice = choose(rule, unusable.size === 0 ? tags : tags.filter((tag) => !unusable.has(tag)), known);
      if (isProblem(choice)) throw errors.NoVersionMatches({ name, why: choice.problem });
      const { tag, why, needed } = choice;
      if (needed.length > 0) {
        const progress = (learnt: number) => this.progress(`${name}: looked at ${learnt} of ${needed.length} tags`);
        for (const one of (await knowledge.learn(needed, registry, { progress })).keys()) unusable.add(one);
      } else if (tag === undefined) {
        throw errors.NoVersionMatches({ name, why });
      } else if (!(await this.isStale(image, tag))) {
        return { ref: { name, tag, ...(request.pinsDigest ? { digest: await this.digestOf(request, tag) } : {}) }, why };
      }
    }
  }

  /** Whether a tag, or one that is known to move, was put on another image since an earlier run looked: what was learnt of it is forgotten then. */
  private async isStale({ registry, knowledge, tags, checked }: OpenImage, tag: string): Promise<boolean> {
    let isStale = false;
    for (const one of [tag, ...knowledge.moved().filter((moved) => tags.includes(moved))]) {
      if (checked.has(one) || knowledge.facts(one) === undefined) continue;
      checked.add(one);
      const digest = await registry.digest(one);
      if (digest !== undefined && knowledge.observed(one, digest)) isStale = true;
    }
    return isStale;
  }

  private async newestChart(request: LockRequest, { range = '*' }: ImageRule): Promise<Resolved> {
    const { name, source, pinsDigest } = request as LockRequest & { source: { type: 'chart'; url: string; chart: string } };
    const { version, digest } = await (await this.chartRepository(source.url)).resolve(source.chart, range);
    return { ref: { name, tag: version, ...(pinsDigest ? { digest } : {}) }, why: `${version} is the highest version in '${range}'` };
  }

  private image(source: ImageSource): Promise<OpenImage> {
    return once(this.images, source.repository, async () => {
      this.progress(`${source.repository}: reading tags`);
      const image = parseImageName(source.repository);
      const access = { ...(await dockerLogin(image)), ...(source.insecure ? { insecure: true } : {}) };
      const registry = openImageRegistry(source.repository, access, this.authorization);
      const { tags } = foundTags(await registry.tags(), filterOf(DEFAULT_EXCLUSIONS));
      const knowledge = await TagKnowledge.open(join(this.cacheFolder, `${digestOf(image.name)}.known`), image.name);
      knowledge.update(tags);
      return { registry, tags, knowledge, checked: new Set() };
    });
  }

  /** As it is now: what an earlier run kept of it does not count. */
  private chartRepository(url: string): Promise<OpenChartRepository> {
    return once(this.charts, url, async () => {
      this.progress(`${url}: reading versions`);
      const cacheFolder = join(this.cacheFolder, digestOf(url));
      const repository = openChartRepository({
        url,
        access: await chartAccess(url),
        cacheFolder,
        remembers: false,
        authorization: this.authorization,
      });
      await repository.refresh();
      return repository;
    });
  }
}

function digestOf(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 16);
}

function once<T>(made: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const promise = made.get(key) ?? make();
  made.set(key, promise);
  return promise;
}
