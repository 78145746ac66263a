import { rm } from 'node:fs/promises';
import { errors } from '../../common/errors';
import type { Known, TagFacts } from '../../images/tag-facts';
import type { ImageInfo, ImageRegistry, RequestOptions } from '../../oci/types';
import { appendFacts, readFacts, writeFacts } from './scans-known-file';

export interface LearnOptions extends RequestOptions {
  /** Told how many of the tags are known by now. */
  readonly progress?: (learnt: number) => void;
}

/** Manifests of one repository that are asked for at once. */
const AT_ONCE = 8;
/** What was learnt is written down after so many tags, and at the end. */
const WRITE_EVERY = 100;
const GONE = 'it is gone';

/** What is known of the single tags of one repository. A tag's manifest is read once, when somebody first needs it. */
export class Learning {
  /** Undefined for tags nobody looked at. */
  readonly known: Known = (tag) => this.facts.get(tag);
  /** Those who learn take turns: what one learns the next need not. */
  private turn: Promise<unknown> = Promise.resolve();

  static async open(file: string, image: string, moving: readonly string[], onRequest: () => void): Promise<Learning> {
    const facts = await readFacts(file, image);
    if (facts === undefined) await rm(file, { force: true });
    return new Learning(file, image, facts ?? new Map(), new Set(moving), onRequest);
  }

  private constructor(
    private readonly file: string,
    private readonly image: string,
    private readonly facts: Map<string, TagFacts>,
    /** Said to have moved by a status that outlived the file. */
    private readonly moved: Set<string>,
    private readonly onRequest: () => void,
  ) {}

  /** Returns tags that cannot be known, and why. What was learnt before an error stays known. */
  learn(registry: ImageRegistry, tags: readonly string[], options: LearnOptions): Promise<ReadonlyMap<string, string>> {
    const mine = this.turn.then(() => this.learnNow(registry, tags, options));
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  /** Whether a tag points at another image than before. */
  async lookAgain(registry: ImageRegistry, tag: string, options: RequestOptions): Promise<boolean> {
    const before = this.facts.get(tag);
    const digest = await registry.digest(tag, options);
    if (before === undefined || digest === undefined || digest === before.digest) return false;
    const info = await this.ask(registry, tag, options);
    if (info === undefined) return false;
    await appendFacts(this.file, this.image, [[tag, this.note(tag, info)]]);
    return true;
  }

  moving(): string[] {
    return [...this.facts].filter(([, { moved }]) => moved).map(([tag]) => tag);
  }

  /** Tags that are no more. A repository that has none at all may be an accident: what was known of it stays. */
  async forgetOthers(tags: readonly string[]): Promise<void> {
    if (tags.length === 0) return;
    const kept = new Set(tags);
    const count = this.facts.size;
    for (const tag of this.facts.keys()) if (!kept.has(tag)) this.facts.delete(tag);
    for (const tag of this.moved) if (!kept.has(tag)) this.moved.delete(tag);
    if (this.facts.size < count) await writeFacts(this.file, this.image, this.facts);
  }

  private async learnNow(registry: ImageRegistry, tags: readonly string[], options: LearnOptions): Promise<ReadonlyMap<string, string>> {
    const unusable = new Map<string, string>();
    const unwritten: [string, TagFacts][] = [];
    const rest = tags.filter((tag) => !this.facts.has(tag)).values();
    let learnt = 0;
    let failed = false;
    const work = async () => {
      for (const tag of rest) {
        if (failed) return;
        try {
          const info = await this.ask(registry, tag, options);
          if (info === undefined) unusable.set(tag, GONE);
          else unwritten.push([tag, this.note(tag, info)]);
        } catch (error) {
          if (!isOfTag(error)) {
            failed = true;
            throw error;
          }
          unusable.set(tag, (error as Error).message);
        }
        options.progress?.(++learnt);
        if (unwritten.length >= WRITE_EVERY) await appendFacts(this.file, this.image, unwritten.splice(0));
      }
    };
    try {
      const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
      const failure = ends.find((end) => end.status === 'rejected');
      if (failure) throw failure.reason;
      return unusable;
    } finally {
      if (unwritten.length > 0) await appendFacts(this.file, this.image, unwritten);
    }
  }

  private async ask(registry: ImageRegistry, tag: string, { signal, timeoutMs }: RequestOptions): Promise<ImageInfo | undefined> {
    signal?.throwIfAborted();
    this.onRequest();
    return registry.info(tag, { signal, timeoutMs });
  }

  private note(tag: string, { digest, created }: ImageInfo): TagFacts {
    const before = this.facts.get(tag);
    const moved = before?.moved === true || (before !== undefined && before.digest !== digest) || this.moved.has(tag);
    const facts = { digest, ...(created && { created }), moved };
    this.facts.set(tag, facts);
    return facts;
  }
}

/** An error that this one tag is at fault for: others can be learnt, and trying again does not help. */
function isOfTag(error: unknown): boolean {
  const definitions = [errors.RegistryAnswerInvalid, errors.RegistryDigestWrong, errors.RegistryAnswerTooLarge];
  return definitions.some((definition) => definition.is(error)) || (errors.RegistryFailed.is(error) && / answered 4\d\d:/.test(error.message));
}
