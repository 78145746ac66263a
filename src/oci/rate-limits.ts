import { errors, type FairleadError } from '../common/errors';
import { pause } from './pause';

const FIRST_WAIT_MS = 5_000;
const LONGEST_GUESS_MS = 5 * 60_000;
const LONGEST_ASKED_MS = 24 * 3600_000;
/** Those who wait for one host do not go on all at once. */
const SPREAD = 0.25;

interface Refusals {
  readonly notBefore: number;
  readonly count: number;
}

/** Which hosts asked us to wait, for everyone who talks to them. */
export class RateLimits {
  private readonly hosts = new Map<string, Refusals>();

  /** @param longestWaitMs what asks for more ends with an error that says when to come again. @default 30 s */
  constructor(
    private readonly longestWaitMs = 30_000,
    private readonly now: () => number = Date.now,
  ) {}

  /** Waits until the host may be asked. Throws `RegistryRateLimited` where that is too long. */
  async pass(host: string, signal?: AbortSignal): Promise<void> {
    for (let waitMs = this.waitMs(host); waitMs > 0; waitMs = this.waitMs(host)) {
      if (waitMs > this.longestWaitMs) throw rateLimited(host, waitMs);
      await pause(waitMs * (1 + Math.random() * SPREAD), signal);
    }
  }

  /** The host refused with 429, or with 503 and a time. Without a time each refusal in a row doubles the wait. */
  refused(host: string, retryAfter: string | undefined): void {
    const now = this.now();
    const before = this.hosts.get(host);
    // Of many requests under way each is refused: they are one refusal.
    const count = before === undefined ? 1 : before.notBefore > now ? before.count : before.count + 1;
    const guessMs = Math.min(FIRST_WAIT_MS * 2 ** (count - 1), LONGEST_GUESS_MS);
    const notBefore = now + (parseRetryAfter(retryAfter, now) ?? guessMs);
    this.hosts.set(host, { count, notBefore: Math.max(notBefore, before?.notBefore ?? 0) });
  }

  /** The host answered: what it refused before does not count any more. */
  answered(host: string): void {
    const before = this.hosts.get(host);
    if (before !== undefined && before.notBefore <= this.now()) this.hosts.delete(host);
  }

  /** That the host refuses, and when to come again. */
  error(host: string): FairleadError {
    return rateLimited(host, Math.max(this.waitMs(host), FIRST_WAIT_MS));
  }

  private waitMs(host: string): number {
    return (this.hosts.get(host)?.notBefore ?? 0) - this.now();
  }
}

/** Milliseconds that a Retry-After header asks for, in seconds or as a date; undefined where it says nothing we understand. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_ASKED_MS);
}

/** Milliseconds after which to come again, where the error is one of a rate limit. */
export function retryAfterMsOf(error: unknown): number | undefined {
  return (error as { retryAfterMs?: number } | undefined)?.retryAfterMs;
}

function rateLimited(host: string, retryAfterMs: number): FairleadError & { readonly retryAfterMs: number } {
  return Object.assign(errors.RegistryRateLimited({ host, seconds: Math.ceil(retryAfterMs / 1000) }), { retryAfterMs });
}
