import { errors } from '../../common/errors';

export interface ForgeAccess {
  /** `GitHub` or `GitLab`, for messages. */
  readonly name: string;
  /** Base address without a slash at its end. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Variable the token is from, for remedies. */
  readonly variable: string;
  /** What the token must be allowed to do. */
  readonly rights: string;
}

export interface ForgeAnswer {
  readonly status: number;
  /** JSON, or undefined where it was none. */
  readonly body: unknown;
  /** Address of the next page. */
  readonly next?: string;
}

const TIMEOUT_MS = 30_000;

/** Speaks to a forge's REST API. What every endpoint may answer becomes an error here; the token is in no message. */
export class ForgeApi {
  constructor(private readonly access: ForgeAccess) {}

  /** @param allowed statuses of 400 and above that the caller deals with. Throws `ForgeUnreachable`, `ForgeTokenRefused`, `ForgeForbidden`, `ForgeRefused` */
  async send(method: string, path: string, body?: object, allowed: readonly number[] = []): Promise<ForgeAnswer> {
    const { name, url, headers, variable, rights } = this.access;
    const response = await this.exchange(method, path.startsWith('http') ? path : `${url}${path}`, headers, body);
    const answer = { status: response.status, body: await response.json().catch(() => undefined), next: nextPage(response.headers.get('link')) };
    if (response.status < 400 || allowed.includes(response.status)) return answer;
    const reason = messageIn(answer.body) ?? response.statusText;
    if (response.status === 401) throw errors.ForgeTokenRefused({ forge: name, server: url, variable, reason });
    if (response.status === 403) throw errors.ForgeForbidden({ forge: name, rights, variable, reason });
    throw errors.ForgeRefused({ forge: name, request: `${method} ${path}`, status: response.status, reason });
  }

  /** Every item of a list, page by page. */
  async list<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    for (let next: string | undefined = path; next !== undefined; ) {
      const answer: ForgeAnswer = await this.send('GET', next);
      items.push(...((answer.body ?? []) as T[]));
      // The token goes nowhere else.
      next = answer.next !== undefined && new URL(answer.next).origin === new URL(this.access.url).origin ? answer.next : undefined;
    }
    return items;
  }

  private async exchange(method: string, url: string, headers: Readonly<Record<string, string>>, body?: object): Promise<Response> {
    try {
      return await fetch(url, {
        method,
        headers: { ...headers, 'user-agent': 'fairlead', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      const { message, cause } = error as Error;
      const reason = (cause as Error | undefined)?.message || (cause as NodeJS.ErrnoException | undefined)?.code || message;
      throw errors.ForgeUnreachable({ forge: this.access.name, server: this.access.url, reason }, error);
    }
  }
}

/** The `next` of a Link header. */
function nextPage(link: string | null): string | undefined {
  return /<([^>]+)>;\s*rel="next"/.exec(link ?? '')?.[1];
}

/** What an answer says is wrong: GitHub's `message` with `errors`, GitLab's `message`, a text or fields with texts, or its `error`. */
export function messageIn(body: unknown): string | undefined {
  const { message, errors: details, error } = (body ?? {}) as { message?: unknown; errors?: unknown; error?: unknown };
  const texts = [textOf(message ?? error), ...(Array.isArray(details) ? details : []).map((one) => textOf((one as { message?: unknown }).message))];
  const known = texts.filter((text): text is string => text !== undefined && text !== '');
  return known.length === 0 ? undefined : known.join(': ').slice(0, 300);
}

function textOf(message: unknown): string | undefined {
  if (typeof message === 'string') return message;
  if (typeof message !== 'object' || message === null) return undefined;
  return Object.entries(message)
    .map(([field, texts]) => `${field} ${[texts].flat().join(', ')}`)
    .join('; ');
}
