import type { ImageInfo, ImageRegistry, ListedTags } from '../../../src/oci/types';

/** A repository of images in memory; counts what it is asked. */
export class FakeImageRegistry implements ImageRegistry {
  readonly asked: string[] = [];
  failure: Error | undefined;
  private readonly images = new Map<string, ImageInfo | Error>();
  private pushed = 0;

  /** Pushes an image, by default one no other tag has, built a minute after the one before. */
  push(tag: string, image: Partial<ImageInfo> = {}): ImageInfo {
    this.pushed += 1;
    const created = new Date(Date.UTC(2026, 10, 1) + this.pushed * 60_000);
    const info = { digest: `sha256:${this.pushed.toString(16).padStart(64, '0')}`, created, ...image };
    this.images.set(tag, info);
    return info;
  }

  /** The tag is listed, but what it points at cannot be read. */
  spoil(tag: string, error: Error): void {
    this.images.set(tag, error);
  }

  delete(tag: string): void {
    this.images.delete(tag);
  }

  /** What was asked since the last look, by kind: `tags`, `digest a`, `info a`. */
  takeAsked(): string[] {
    return this.asked.splice(0);
  }

  async tags(): Promise<readonly string[]> {
    this.note('tags');
    return [...this.images.keys()];
  }

  async changedTags(since: string | undefined): Promise<ListedTags | undefined> {
    const tags = await this.tags();
    const digest = tags.join(' ');
    return digest === since ? undefined : { tags, digest };
  }

  async digest(tag: string): Promise<string | undefined> {
    this.note(`digest ${tag}`);
    return this.look(tag)?.digest;
  }

  async info(tag: string): Promise<ImageInfo | undefined> {
    this.note(`info ${tag}`);
    return this.look(tag);
  }

  private look(tag: string): ImageInfo | undefined {
    const image = this.images.get(tag);
    if (image instanceof Error) throw image;
    return image;
  }

  private note(request: string): void {
    this.asked.push(request);
    if (this.failure) throw this.failure;
  }
}
