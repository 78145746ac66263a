import { hash } from 'node:crypto';
import { errors } from '../common/errors';
import type { OciRepository } from './oci-repository';
import type { ListedTags, RequestOptions } from './types';

const PAGE = 1000;
const PAGE_LIMIT = 16 * 2 ** 20;
const MOST_PAGES = 2000;
const MOST_TAGS = 200_000;
/** What the distribution specification allows. */
const TAG = /^[\w][\w.-]{0,127}$/;

/** What is kept of a page, so that an unchanged one costs little the next time. */
interface Page {
  readonly digest: string;
  readonly etag?: string;
  /** Where there is an `etag`: parted by newlines, which takes a third of the memory of single strings. */
  readonly text?: string;
  /** As the registry said. */
  readonly link?: string;
  /** The registry said nothing, and had no more when it was asked. */
  readonly isLast?: boolean;
}

/** A page that came. Its tags are read from it when somebody wants them. */
interface Answered {
  readonly page: Page;
  tags(): readonly string[];
}

/** All tags of one repository, page by page. */
export class TagList {
  private known = new Map<string, Page>();

  constructor(private readonly repository: OciRepository) {}

  /** Each tag once, in the registry's order. Throws for pages in a circle, pages elsewhere and more than 200 000 tags. */
  read(options: RequestOptions = {}): Promise<string[]> {
    return this.walk(new Map(), options);
  }

  /** The same with what tells these tags from others. Undefined where that is `since`: then no list is made of what the registry sends. */
  async changed(since: string | undefined, options: RequestOptions = {}): Promise<ListedTags | undefined> {
    const answered = new Map<string, Answered>();
    if (since !== undefined && since === this.digest() && (await this.isAsBefore(answered, options))) return undefined;
    const tags = await this.walk(answered, options);
    const digest = this.digest();
    return digest === since ? undefined : { tags, digest };
  }

  /** Whether each page is what it was the last time. Leaves the pages that it asked for in `answered`. */
  private async isAsBefore(answered: Map<string, Answered>, options: RequestOptions): Promise<boolean> {
    if (!this.known.has((await this.first(options)).href)) return false;
    for (const [href, before] of this.known) {
      const answer = await this.page(new URL(href), options);
      answered.set(href, answer);
      if (answer.page.digest !== before.digest || answer.page.link !== before.link) return false;
    }
    return true;
  }

  private async walk(answered: ReadonlyMap<string, Answered>, options: RequestOptions): Promise<string[]> {
    const found = new Set<string>();
    const pages = new Map<string, Page>();
    let next: URL | undefined = await this.first(options);
    for (let from: { url: string; page: Page } | undefined; next !== undefined; ) {
      const url: URL = next;
      if (pages.has(url.href)) throw invalid(url, 'its pages lead in a circle');
      const answer = answered.get(url.href) ?? (await this.page(url, options));
      const { page } = answer;
      const tags = answer.tags();
      const before = found.size;
      for (const tag of tags) found.add(tag);
      if (found.size > MOST_TAGS || pages.size >= MOST_PAGES) throw this.tooMany();
      if (from !== undefined && from.page.link === undefined && found.size === before) {
        pages.set(from.url, { ...from.page, isLast: true });
        break;
      }
      pages.set(url.href, page);
      from = { url: url.href, page };
      next = this.after(url, page, tags);
    }
    this.known = pages;
    return [...found];
  }

  private first(options: RequestOptions): Promise<URL> {
    return this.repository.url(`tags/list?n=${PAGE}`, options);
  }

  private digest(): string {
    return hash('sha256', [...this.known.values()].map(({ digest }) => digest).join(' '), 'base64');
  }

  /** Some registries cut at `n` and do not say so: after a full page they are asked for more. */
  private after(url: URL, page: Page, tags: readonly string[]): URL | undefined {
    if (page.link !== undefined) return linked(url, page.link);
    if (page.isLast || tags.length < PAGE) return undefined;
    const next = new URL(url);
    next.searchParams.set('last', tags[tags.length - 1]);
    return next;
  }

  private async page(url: URL, options: RequestOptions): Promise<Answered> {
    const before = this.known.get(url.href);
    const headers = { accept: 'application/json', ...(before?.etag === undefined ? {} : { 'if-none-match': before.etag }) };
    const answer = await this.repository.get(url, { ...options, headers, limit: PAGE_LIMIT, compressed: true });
    const text = before?.text;
    if (answer.status === 304 && before !== undefined && text !== undefined) return { page: before, tags: () => splitTags(text) };
    if (answer.status === 404) throw this.repository.missing(answer);
    const body = this.repository.read(answer);
    const digest = hash('sha256', body, 'base64');
    const { etag } = answer.headers;
    const link = nextIn(answer.headers.link);
    if (before?.digest === digest && before.etag === etag) return { page: { ...before, link }, tags: () => parseTags(body, url) };
    const tags = parseTags(body, url);
    const isLast = before?.digest === digest ? before.isLast : undefined;
    return { page: { digest, link, ...(etag !== undefined && { etag, text: tags.join('\n') }), ...(isLast && { isLast }) }, tags: () => tags };
  }

  private tooMany(): Error {
    return errors.RegistryTooManyTags({ repository: this.repository.name.name, limit: MOST_TAGS });
  }
}

function splitTags(text: string): string[] {
  return text === '' ? [] : text.split('\n');
}

/** A registry without a tag says so with an empty list, with null or with nothing. Names that cannot be tags are left out. */
function parseTags(body: Buffer, url: URL): string[] {
  let answer: { name?: unknown; tags?: unknown } | undefined;
  try {
    answer = JSON.parse(body.toString()) as typeof answer;
  } catch (cause) {
    throw invalid(url, 'it is no JSON', cause);
  }
  const tags = answer?.tags ?? (answer?.tags === null || typeof answer?.name === 'string' ? [] : undefined);
  if (!Array.isArray(tags)) throw invalid(url, 'there is no list of tags in it');
  return tags.filter((tag) => typeof tag === 'string' && TAG.test(tag));
}

/** The address with `rel="next"` in a Link header. */
function nextIn(header: string | string[] | undefined): string | undefined {
  for (const [, target, parameters] of [header ?? []]
    .flat()
    .join(',')
    .matchAll(/<([^>]*)>([^<]*)/g)) {
    if (/;\s*rel\s*=\s*"?\s*next\b/i.test(parameters)) return target;
  }
  return undefined;
}

/** Behind a proxy registries often name themselves with another scheme than they are asked with: ours is kept. */
function linked(url: URL, link: string): URL {
  if (!URL.canParse(link, url.href)) throw invalid(url, 'its Link is no URL');
  const next = new URL(link, url);
  if (next.host !== url.host) throw invalid(url, `its next page is on another host, ${next.host}`);
  return new URL(next.pathname + next.search, url);
}

function invalid(url: URL, reason: string, cause?: unknown): Error {
  return errors.RegistryAnswerInvalid({ url: url.origin + url.pathname, reason }, cause);
}
