type Labels = Readonly<Record<string, string>>;

export interface Counter {
  inc(labels?: Labels, by?: number): void;
}

export interface Histogram {
  observe(labels: Labels, value: number): void;
}

/** A value when somebody looks. */
type Read = () => number | Promise<number>;

interface Family {
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  lines(): Promise<string[]> | string[];
}

const DEFAULT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Counters, gauges and histograms in Prometheus' text format. Asking for a name again gives the same one. */
export class Metrics {
  private readonly families = new Map<string, Family & { readonly instrument?: unknown }>();

  counter(name: string, help: string): Counter {
    return this.once(name, () => {
      const values = new Map<string, number>();
      const instrument: Counter = {
        inc: (labels = {}, by = 1) => {
          const key = labelText(labels);
          values.set(key, (values.get(key) ?? 0) + by);
        },
      };
      return { help, type: 'counter', instrument, lines: () => [...values].map(([labels, value]) => `${name}${labels} ${value}`) };
    });
  }

  /** `read` is called when somebody looks. Several of one name differ by their labels. */
  gauge(name: string, help: string, read: Read, labels: Labels = {}): void {
    const family = this.families.get(name) as (Family & { instrument: Map<string, Read> }) | undefined;
    if (family !== undefined) {
      family.instrument.set(labelText(labels), read);
      return;
    }
    const instrument = new Map<string, Read>([[labelText(labels), read]]);
    const lines = () => Promise.all([...instrument].map(async ([text, value]) => `${name}${text} ${await value()}`));
    this.families.set(name, { help, type: 'gauge', instrument, lines });
  }

  /** The same for things that come and go, told apart by their labels. */
  gauges(name: string, help: string, read: () => Iterable<readonly [Labels, number]>): void {
    const lines = () => [...read()].map(([labels, value]) => `${name}${labelText(labels)} ${value}`);
    this.families.set(name, { help, type: 'gauge', lines });
  }

  histogram(name: string, help: string, buckets: readonly number[] = DEFAULT_BUCKETS): Histogram {
    return this.once(name, () => {
      const series = new Map<string, { readonly labels: Labels; readonly counts: number[]; sum: number; count: number }>();
      const instrument: Histogram = {
        observe: (labels, value) => {
          const key = labelText(labels);
          const one = series.get(key) ?? { labels, counts: buckets.map(() => 0), sum: 0, count: 0 };
          series.set(key, one);
          for (let at = buckets.length - 1; at >= 0 && value <= buckets[at]!; at--) one.counts[at]!++;
          one.sum += value;
          one.count++;
        },
      };
      const lines = () =>
        [...series].flatMap(([text, { labels, counts, sum, count }]) => [
          ...buckets.map((le, at) => `${name}_bucket${labelText({ ...labels, le: String(le) })} ${counts[at]}`),
          `${name}_bucket${labelText({ ...labels, le: '+Inf' })} ${count}`,
          `${name}_sum${text} ${sum}`,
          `${name}_count${text} ${count}`,
        ]);
      return { help, type: 'histogram', instrument, lines };
    });
  }

  /** Everything, as Prometheus reads it. */
  async text(): Promise<string> {
    const texts = [...this.families].map(
      async ([name, family]) => `# HELP ${name} ${family.help}\n# TYPE ${name} ${family.type}\n${(await family.lines()).join('\n')}\n`,
    );
    return (await Promise.all(texts)).join('');
  }

  private once<T>(name: string, make: () => Family & { readonly instrument: T }): T {
    const known = this.families.get(name);
    if (known !== undefined) return known.instrument as T;
    const made = make();
    this.families.set(name, made);
    return made.instrument;
  }
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replace(/[\\"\n]/g, (sign) => (sign === '\n' ? '\\n' : `\\${sign}`))}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
