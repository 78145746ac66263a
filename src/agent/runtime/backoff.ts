export interface BackoffOptions {
  /** @default 1000 */
  readonly firstMs?: number;
  /** @default 120000 */
  readonly longestMs?: number;
  /** In [0, 1). @default Math.random */
  readonly random?: () => number;
}

/** How long to wait after a number of failures in a row: doubled each time, bounded, and spread by a fifth to either side. */
export function backoffMs(failures: number, options: BackoffOptions = {}): number {
  const { firstMs = 1000, longestMs = 120_000, random = Math.random } = options;
  const plain = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return plain * (0.8 + 0.4 * random());
}
