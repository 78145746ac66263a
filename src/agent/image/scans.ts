import { hash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Known } from '../../images/tag-facts';
import { parseImageName } from '../../oci/image-name';
import { type LearnOptions, TagKnowledge } from '../../oci/tag-knowledge';
import type { ImageRegistry, RequestOptions } from '../../oci/types';
import { refKey, refOf } from '../runtime/ref';
import type { Ref, Runtime } from '../runtime/types';
import { movingTagsOf } from './image-repository-moving-tags';
import type { FoundTags } from './image-repository-tags';
import { KeptTags } from './kept-tags';
import { readScan, writeScan } from './scans-file';
import type { ImageRepository } from './types';

/** Lists of tags that are held as arrays. */
const MOST_RECENT = 4;

interface Entry {
  /** Canonical name: another image is another entry. */
  readonly image: string;
  readonly knowledge: TagKnowledge;
  scan: KeptTags | undefined;
  /** What the registry said at the scan, and what was left out of it. */
  listed?: { readonly digest: string; readonly exclusions: string };
}

/**
 * What is known of the tags of ImageRepositories, now in memory and across restarts on disk: the list of the last scan, and what was learnt of
 * single tags. Each has its own, since one who may read a repository need not share that with another namespace.
 */
export class Scans {
  private readonly entries = new Map<string, { readonly image: string; readonly opened: Promise<Entry> }>();
  /** By policy: the tag it took by creation time, which may move. */
  private readonly chosenBy = new Map<string, { readonly repository: string; readonly tag: string }>();
  private readonly recent = new RecentTags();
  private readonly requests: { inc(): void };
  private tagCount = 0;

  constructor(private readonly runtime: Pick<Runtime, 'dataFolder' | 'metrics'>) {
    this.requests = runtime.metrics.counter('fairlead_image_learn_requests_total', 'Manifests of image tags that were asked for');
    runtime.metrics.gauge('fairlead_image_tags', 'Tags known of all image repositories', () => this.tagCount);
  }

  /** Undefined where none was made yet, or of another image. */
  async of(repository: ImageRepository): Promise<KeptTags | undefined> {
    return (await this.entry(repository)).scan;
  }

  /** The tags of the last scan, the same array for all who ask one after another. Undefined where none was made yet, or of another image. */
  async tags(repository: ImageRepository): Promise<readonly string[] | undefined> {
    const { scan } = await this.entry(repository);
    return scan && this.recent.of(scan);
  }

  /** What the registry listed at the last scan, where that was made with these exclusions and since the start: for `ImageRegistry.changedTags`. */
  async listed(repository: ImageRepository, exclusions: readonly string[]): Promise<string | undefined> {
    const { listed } = await this.entry(repository);
    return listed?.exclusions === JSON.stringify(exclusions) ? listed.digest : undefined;
  }

  /** Keeps what a scan found. Returns whether it is not what was known before. */
  async keep(repository: ImageRepository, found: FoundTags, digest: string, exclusions: readonly string[]): Promise<boolean> {
    const entry = await this.entry(repository);
    const changed = entry.scan?.revision !== found.revision;
    if (changed) {
      await writeScan(this.file(refOf(repository), 'tags'), { image: entry.image, ...found });
      this.tagCount += found.tags.length - (entry.scan?.count ?? 0);
      entry.scan = new KeptTags(found);
      this.recent.keep(entry.scan, found.tags);
      entry.knowledge.update(found.tags);
      await entry.knowledge.save();
    }
    entry.listed = { digest, exclusions: JSON.stringify(exclusions) };
    return changed;
  }

  /** What was learnt of single tags. */
  async known(repository: ImageRepository): Promise<Known> {
    const { knowledge } = await this.entry(repository);
    return (tag) => knowledge.facts(tag);
  }

  /** Makes tags known. Returns those that cannot be, and why. What was learnt before an error stays known. */
  async learn(
    repository: ImageRepository,
    registry: ImageRegistry,
    tags: readonly string[],
    options: LearnOptions,
  ): Promise<ReadonlyMap<string, string>> {
    const { knowledge } = await this.entry(repository);
    return knowledge.learn(tags, this.counted(registry), options);
  }

  /** Whether a tag points at another image than before; what it points at now is known then, if it can be. */
  async lookAgain(repository: ImageRepository, registry: ImageRegistry, tag: string, options: RequestOptions): Promise<boolean> {
    const { knowledge } = await this.entry(repository);
    const digest = await registry.digest(tag, options);
    if (digest === undefined || !knowledge.observed(tag, digest)) return false;
    await knowledge.learn([tag], this.counted(registry), options);
    return true;
  }

  /** Tags that were seen on more than one image. */
  async movingTags(repository: ImageRepository): Promise<readonly string[]> {
    return (await this.entry(repository)).knowledge.moved();
  }

  /** What a policy took by creation time; undefined: nothing, or by another order. */
  chose(policy: Ref, taken: { readonly repository: Ref; readonly tag: string } | undefined): void {
    if (taken === undefined) this.chosenBy.delete(refKey(policy));
    else this.chosenBy.set(refKey(policy), { repository: refKey(taken.repository), tag: taken.tag });
  }

  /** Tags that policies took by creation time. */
  chosen(repository: Ref): readonly string[] {
    const key = refKey(repository);
    return [...new Set([...this.chosenBy.values()].filter((chosen) => chosen.repository === key).map(({ tag }) => tag))];
  }

  async remove(repository: Ref): Promise<void> {
    const standing = this.entries.get(refKey(repository));
    this.entries.delete(refKey(repository));
    await this.discount(standing?.opened);
    for (const kind of ['tags', 'known'] as const) await rm(this.file(repository, kind), { force: true });
  }

  private entry(repository: ImageRepository): Promise<Entry> {
    const ref = refOf(repository);
    const image = parseImageName(repository.spec.image).name;
    const standing = this.entries.get(refKey(ref));
    if (standing?.image === image) return standing.opened;
    const opened = this.discount(standing?.opened).then(() => this.opened(repository, image));
    this.entries.set(refKey(ref), { image, opened });
    return opened;
  }

  private async discount(opened: Promise<Entry> | undefined): Promise<void> {
    this.tagCount -= (await opened)?.scan?.count ?? 0;
  }

  private async opened(repository: ImageRepository, image: string): Promise<Entry> {
    const ref = refOf(repository);
    const knowledge = await TagKnowledge.open(this.file(ref, 'known'), image);
    if (repository.status?.canonicalImageName === image) knowledge.observedMoved(movingTagsOf(repository));
    const kept = await readScan(this.file(ref, 'tags'));
    const scan = kept?.image === image ? new KeptTags(kept) : undefined;
    this.tagCount += scan?.count ?? 0;
    return { image, knowledge, scan };
  }

  private counted(registry: ImageRegistry): Pick<ImageRegistry, 'info'> {
    return {
      info: (tag, options) => {
        this.requests.inc();
        return registry.info(tag, options);
      },
    };
  }

  private file({ namespace, name }: Ref, kind: 'tags' | 'known'): string {
    return join(this.runtime.dataFolder, 'images', `${namespace}_${hash('sha256', name, 'hex').slice(0, 12)}_${name.slice(0, 100)}.${kind}`);
  }
}

/** The same array for all who look at the same tags one after another: what is made of tags is kept with it. */
class RecentTags {
  private readonly arrays = new Map<KeptTags, readonly string[]>();

  of(kept: KeptTags): readonly string[] {
    const tags = this.arrays.get(kept) ?? kept.tags();
    this.keep(kept, tags);
    return tags;
  }

  keep(kept: KeptTags, tags: readonly string[]): void {
    this.arrays.delete(kept);
    this.arrays.set(kept, tags);
    if (this.arrays.size > MOST_RECENT) this.arrays.delete(this.arrays.keys().next().value!);
  }
}
