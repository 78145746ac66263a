const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a Go duration as the CRDs allow it: `5m`, `1h30m`, `1.5s`. */
export function durationMs(text: string): number {
  return [...text.matchAll(/([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)/g)].reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS[unit] ?? 0), 0);
}
