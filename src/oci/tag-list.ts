import { hash } from 'node:crypto';
import { errors } from '../common/errors';
import type { OciRepository } from './oci-repository';
import type { HttpAnswer } from './transport';
import type { RequestOptions } from './types';

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

/** All tags of one repository, page by page. */
export class TagList {
  private known = new Map<string, Page>();

  constructor(private readonly repository: OciRepository) {}

  /** Each tag once, in the registry's order. Throws for pages in a circle, pages elsewhere and more than 200 000 tags. */
  async read(options: RequestOptions = {}): Promise<string[]> {
    const found = new Set<string>();
    const pages = new Map<string, Page>();
    let next: URL | undefined = await this.repository.url(`tags/list?n=${PAGE}`, options);
    for (let from: { url: string; page: Page } | undefined; next !== undefined; ) {
      const url: URL = next;
      if (pages.has(url.href)) throw invalid(url, 'its pages lead in a circle');
      const { page, tags } = await this.page(url, options);
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

  /** Some registries cut at `n` and do not say so: after a full page they are asked for more. */
  private after(url: URL, page: Page, tags: readonly string[]): URL | undefined {
    if (page.link !== undefined) return linked(url, page.link);
    if (page.isLast || tags.length < PAGE) return undefined;
    const next = new URL(url);
    next.searchParams.set('last', tags[tags.length - 1]);
    return next;
  }

  private async page(url: URL, options: RequestOptions): Promise<{ page: Page; tags: readonly string[] }> {
    const before = this.known.get(url.href);
    const headers = { accept: 'application/json', ...(before?.etag === undefined ? {} : { 'if-none-match': before.etag }) };
    const answer = await this.repository.get(url, { ...options, headers, limit: PAGE_LIMIT, compressed: true });
    if (answer.status === 304 && before?.text !== undefined) return { page: before, tags: splitTags(before.text) };
    if (answer.status === 404) throw this.repository.missing(answer);
    const body = this.repository.read(answer);
    const tags = parseTags(body, url);
    return { page: pageOf(answer, body, tags, before), tags };
  }

  private tooMany(): Error {
    return errors.RegistryTooManyTags({ repository: this.repository.name.name, limit: MOST_TAGS });
  }
}

function pageOf({ headers }: HttpAnswer, body: Buffer, tags: readonly string[], before: Page | undefined): Page {
  const digest = hash('sha256', body, 'base64');
  const { etag } = headers;
  return {
    digest,
    link: nextIn(headers.link),
    ...(etag === undefined ? {} : { etag, text: tags.join('\n') }),
    ...(before?.isLast && before.digest === digest ? { isLast: true } : {}),
  };
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
