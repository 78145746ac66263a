import { errors } from '../common/errors';
import { readTags, writeTags } from './tag-file';
import type { KnownTag, TagTable } from './tag-table';
import type { ImageInfo, ImageRegistry, RequestOptions } from './types';

export interface LearnOptions extends RequestOptions {
  /** Tags that are asked for at once. @default 6 */
  readonly concurrency?: number;
  /** Told after each tag how many of those to learn are done. */
  readonly progress?: (done: number, of: number) => void;
}

/** What was learnt is written down so often while learning goes on. */
const SAVE_MS = 5_000;
/** A tag that cannot be read is not asked for again so soon. */
const UNUSABLE_MS = 15 * 60_000;
/** A tag that vanishes and returns was elsewhere meanwhile, which counts as long as this. */
const GONE_S = 7 * 24 * 3600;
const MOST_GONE = 1000;

/**
 * What was learnt about the tags of one image repository, kept in a file: a tag's image is read once, when somebody first needs it, and again only where
 * it was seen to have changed.
 */
export class TagKnowledge {
  /** Those who learn take turns: what one has learnt the next need not. */
  private turn: Promise<unknown> = Promise.resolve();
  private saving: Promise<void> = Promise.resolve();
  private isDirty = false;
  private readonly unusable = new Map<string, { readonly reason: string; readonly until: number }>();

  /** @param image canonical name; what a file knows of another image does not count. */
  static async open(file: string, image: string, now: () => number = Date.now): Promise<TagKnowledge> {
    return new TagKnowledge(file, image, await readTags(file, image), now);
  }

  private constructor(
    private readonly file: string,
    private readonly image: string,
    private readonly table: TagTable,
    private readonly now: () => number,
  ) {}

  /** Undefined for tags that nobody looked at since they came or changed. A tag is costless to ask for. */
  facts(tag: string): KnownTag | undefined {
    return this.table.view(tag);
  }

  /** Tags that were seen on more than one digest. */
  moved(): string[] {
    return [...this.table.tags()].filter((tag) => this.table.view(tag)?.moved);
  }

  /** These are the tags there are. A repository that has none at all is taken for an accident: nothing is forgotten. */
  update(tags: readonly string[]): void {
    if (tags.length === 0) return;
    const there = new Set(tags);
    const seconds = Math.floor(this.now() / 1000);
    const gone: { tag: string; since: number }[] = [];
    for (const tag of this.table.tags()) {
      const since = this.table.goneSince(tag)!;
      if (!there.has(tag)) gone.push({ tag, since: since || seconds });
      if (there.has(tag) === (since === 0)) continue;
      const row = this.table.row(tag)!;
      this.write(since === 0 ? { ...row, goneSince: seconds } : { ...row, goneSince: 0, stale: true });
    }
    gone.sort((a, b) => b.since - a.since);
    const forgotten = gone.filter(({ since }, index) => index >= MOST_GONE || since < seconds - GONE_S).map(({ tag }) => tag);
    this.table.delete(forgotten);
    if (forgotten.length > 0) this.isDirty = true;
    for (const tag of this.unusable.keys()) if (!there.has(tag)) this.unusable.delete(tag);
  }

  /** A tag points at this digest now. Returns whether it pointed elsewhere before; then its facts are to be learnt anew. */
  observed(tag: string, digest: string): boolean {
    const row = this.table.row(tag);
    if (row === undefined || row.digest === digest) return false;
    this.write({ ...row, digest, createdMs: Number.NaN, moved: true, stale: true, goneSince: 0 });
    this.unusable.delete(tag);
    return true;
  }

  /** These are known to have moved, from elsewhere. What is learnt of them says so. */
  observedMoved(tags: readonly string[]): void {
    for (const tag of tags) {
      const row = this.table.row(tag);
      if (row?.moved) continue;
      this.write(row ? { ...row, moved: true } : { tag, digest: NOWHERE, createdMs: Number.NaN, moved: true, stale: true, goneSince: 0 });
    }
  }

  /**
   * Reads the tags of which nothing is known. Returns those that cannot be known, and why: gone meanwhile, or no image. Other errors end it; what was learnt
   * before them stays known and is saved.
   */
  learn(tags: readonly string[], registry: Pick<ImageRegistry, 'info'>, options: LearnOptions = {}): Promise<ReadonlyMap<string, string>> {
    const mine = this.turn.then(() => this.learnNow(tags, registry, options));
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  /** Writes down what is new, if anything is. */
  save(): Promise<void> {
    const saved = this.saving.then(async () => {
      if (!this.isDirty) return;
      this.isDirty = false;
      try {
        await writeTags(this.file, this.image, this.table);
      } catch (error) {
        this.isDirty = true;
        throw error;
      }
    });
    this.saving = saved.catch(() => undefined);
    return saved;
  }

  private async learnNow(
    tags: readonly string[],
    registry: Pick<ImageRegistry, 'info'>,
    options: LearnOptions,
  ): Promise<ReadonlyMap<string, string>> {
    const unusable = new Map<string, string>();
    const wanted = [...new Set(tags)].filter((tag) => this.facts(tag) === undefined && !this.isKnownUnusable(tag, unusable));
    if (wanted.length === 0) return unusable;
    const queue = wanted.values();
    let done = 0;
    let failure: { readonly error: unknown } | undefined;
    let savedAt = this.now();
    const work = async (): Promise<void> => {
      for (const tag of queue) {
        try {
          options.signal?.throwIfAborted();
          const reason = await this.learnOne(tag, registry, options);
          if (reason !== undefined) unusable.set(tag, reason);
          options.progress?.(++done, wanted.length);
          if (this.now() - savedAt >= SAVE_MS) {
            savedAt = this.now();
            await this.save();
          }
        } catch (error) {
          failure ??= { error };
        }
        if (failure) return;
      }
    };
    await Promise.all(Array.from({ length: options.concurrency ?? 6 }, work));
    await this.save();
    if (failure) throw failure.error;
    return unusable;
  }

  /** Why the tag cannot be known; undefined where it is known now. */
  private async learnOne(tag: string, registry: Pick<ImageRegistry, 'info'>, { signal, timeoutMs }: RequestOptions): Promise<string | undefined> {
    let reason = 'it is gone';
    try {
      const info = await registry.info(tag, { signal, timeoutMs });
      if (info !== undefined) return this.note(tag, info);
    } catch (error) {
      if (!isOfTag(error)) throw error;
      reason = (error as Error).message;
    }
    this.unusable.set(tag, { reason, until: this.now() + UNUSABLE_MS });
    return reason;
  }

  private note(tag: string, { digest, created }: ImageInfo): undefined {
    const before = this.table.row(tag);
    const moved = before !== undefined && (before.moved || before.digest !== digest);
    this.write({ tag, digest, createdMs: created?.getTime() ?? Number.NaN, moved, stale: false, goneSince: 0 });
  }

  private isKnownUnusable(tag: string, unusable: Map<string, string>): boolean {
    const known = this.unusable.get(tag);
    if (known === undefined || known.until < this.now()) return false;
    unusable.set(tag, known.reason);
    return true;
  }

  private write(row: Parameters<TagTable['set']>[0]): void {
    this.table.set(row);
    this.isDirty = true;
  }
}

/** Where a tag was that is only known to have moved. */
const NOWHERE = `sha256:${'0'.repeat(64)}`;

/** This one tag is at fault: others can be learnt, and asking again at once does not help. */
function isOfTag(error: unknown): boolean {
  if (errors.RegistryFailed.is(error)) return / answered 4\d\d:/.test(error.message);
  return [errors.RegistryAnswerInvalid, errors.RegistryDigestWrong, errors.RegistryAnswerTooLarge].some((definition) => definition.is(error));
}
