/** One line of JSON per measurement. Compare `seconds` with the floor or the peer of the same run, never across machines. */
export interface Measurement {
  readonly bench: string;
  readonly count: number;
  readonly seconds: number;
  readonly [figure: string]: string | number | Readonly<Record<string, number>>;
}

export function report(measurement: Measurement): void {
  console.log(JSON.stringify(measurement, (_, value) => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value)));
}

export function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

export async function timed<T>(work: () => Promise<T>): Promise<{ seconds: number; result: T }> {
  const began = performance.now();
  const result = await work();
  return { seconds: (performance.now() - began) / 1000, result };
}
