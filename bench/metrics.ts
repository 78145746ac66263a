/** Samples of a Prometheus text page: name with labels, as printed, to value. */
export type Samples = ReadonlyMap<string, number>;

export async function scrape(address: string): Promise<Samples> {
  const text = await (await fetch(`http://${address}/metrics`)).text();
  return new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

/** What rose between two scrapes, by label set, most first. */
export function rise(before: Samples, after: Samples, name: string): readonly (readonly [string, number])[] {
  return [...after]
    .filter(([key]) => key === name || key.startsWith(`${name}{`))
    .map(([key, value]) => [key.slice(name.length), value - (before.get(key) ?? 0)] as const)
    .filter(([, value]) => value > 0)
    .sort((a, b) => b[1] - a[1]);
}
