import { TokenBucket } from '../../runtime/token-bucket';

/** `kubeseal --re-encrypt` over a folder is many requests, all of which come from the API server's address. */
const BURST = 100;
const PER_SECOND = 20;
/** Addresses remembered: whoever was not heard of for the longest time is forgotten first. */
const MOST_ADDRESSES = 1024;

/** How many requests an address may make. */
export class Rates {
  private readonly buckets = new Map<string, TokenBucket>();

  constructor(
    private readonly burst = BURST,
    private readonly perSecond = PER_SECOND,
    private readonly now?: () => number,
  ) {}

  /** 0 where the address may go on, or how long it has to wait. */
  takeOrWaitMs(address: string): number {
    const bucket = this.buckets.get(address) ?? new TokenBucket(this.burst, this.perSecond, this.now);
    this.buckets.delete(address);
    this.buckets.set(address, bucket);
    if (this.buckets.size > MOST_ADDRESSES) this.buckets.delete(this.buckets.keys().next().value!);
    return bucket.take() ? 0 : bucket.waitMs();
  }
}
