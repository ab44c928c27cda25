/** A small registry of counters, gauges and histograms, printed as OpenMetrics 1.0 text. */

export type Labels = Readonly<Record<string, string>>;
export interface Counter {
  add(amount?: number, labels?: Labels): void;
  /** One series, looked up once: for what happens thousands of times a second. */
  series(labels: Labels): Series;
}
export interface Series {
  add(amount?: number): void;
}
export interface Gauge {
  set(value: number, labels?: Labels): void;
}
export interface Histogram {
  observe(value: number, labels?: Labels): void;
}

export const OPEN_METRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
/** How many label sets one metric may have; more are counted in `millrace_metrics_dropped`, so that no input can fill the memory. */
export const MAX_SERIES = 1_000;
/** Seconds; from a tenth of a millisecond to ten seconds. */
const DEFAULT_BUCKETS = [0.0001, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

/** Keeps what `open` answers for a value, so that the text of labels is made once a series. Beyond the limit of series it is asked again. */
export function seriesBy<Opened>(open: (value: string) => Opened): (value: string) => Opened {
  const known = new Map<string, Opened>();
  return (value) => {
    const found = known.get(value);
    if (found !== undefined) return found;
    const opened = open(value);
    if (known.size < MAX_SERIES) known.set(value, opened);
    return opened;
  };
}

type Kind = 'counter' | 'gauge' | 'histogram';
type Distribution = { readonly counts: number[]; sum: number; count: number };
type Metric = { readonly kind: Kind; readonly help: string; readonly print: () => string[] };

export class Metrics {
  readonly #metrics = new Map<string, Metric>();
  #dropped = 0;

  constructor() {
    this.#register('millrace_metrics_dropped', 'counter', {
      help: 'Observations refused because their metric has too many label sets.',
      print: () => [`millrace_metrics_dropped_total ${this.#dropped}`],
    });
  }

  counter(name: string, help: string): Counter {
    const sums = new Map<string, { sum: number }>();
    this.#register(name, 'counter', {
      help,
      print: () => [...sums].map(([labels, { sum }]) => `${name}_total${labels} ${text(sum)}`),
    });
    const series = (labels: Labels): Series => {
      const key = printLabels(labels);
      const found = sums.get(key);
      const isFull = found === undefined && sums.size >= MAX_SERIES;
      const total = found ?? { sum: 0 };
      if (!isFull) sums.set(key, total);
      return {
        add: (amount = 1) => {
          if (isFull) this.#dropped += 1;
          else total.sum += amount;
        },
      };
    };
    return { series, add: (amount = 1, labels = {}) => series(labels).add(amount) };
  }

  gauge(name: string, help: string): Gauge {
    const series = new Map<string, number>();
    this.#register(name, 'gauge', {
      help,
      print: () => [...series].map(([labels, value]) => `${name}${labels} ${text(value)}`),
    });
    return { set: (value, labels = {}) => this.#update(series, labels, () => value) };
  }

  /** A gauge that is read when someone looks; without labels, or with one value for each set of them. */
  observedGauge(name: string, help: string, read: () => number | Iterable<readonly [Labels, number]>): void {
    const lines = (): string[] => {
      const values = read();
      if (typeof values === 'number') return [`${name} ${text(values)}`];
      return Array.from(values, ([labels, value]) => `${name}${printLabels(labels)} ${text(value)}`);
    };
    this.#register(name, 'gauge', { help, print: lines });
  }

  histogram(name: string, help: string, buckets: readonly number[] = DEFAULT_BUCKETS): Histogram {
    const series = new Map<string, Distribution>();
    this.#register(name, 'histogram', {
      help,
      print: () => [...series].flatMap(([labels, value]) => printDistribution(name, labels, { value, buckets })),
    });
    return {
      observe: (value, labels = {}) =>
        this.#update(series, labels, (before) => {
          const after = before ?? { counts: buckets.map(() => 0), sum: 0, count: 0 };
          const place = buckets.findIndex((bound) => value <= bound);
          if (place >= 0) after.counts[place] = (after.counts[place] ?? 0) + 1;
          after.sum += value;
          after.count += 1;
          return after;
        }),
    };
  }

  /** The whole registry as OpenMetrics text. */
  text(): string {
    const lines = [...this.#metrics].flatMap(([name, { kind, help, print }]) => [
      `# TYPE ${name} ${kind}`,
      `# HELP ${name} ${escaped(help)}`,
      ...print(),
    ]);
    return `${lines.join('\n')}\n# EOF\n`;
  }

  #register(name: string, kind: Kind, metric: Omit<Metric, 'kind'>): void {
    if (this.#metrics.has(name)) throw new TypeError(`the metric ${name} is registered twice`);
    this.#metrics.set(name, { kind, ...metric });
  }

  #update<T>(series: Map<string, T>, labels: Labels, next: (before: T | undefined) => T): void {
    const key = printLabels(labels);
    if (!series.has(key) && series.size >= MAX_SERIES) {
      this.#dropped += 1;
      return;
    }
    series.set(key, next(series.get(key)));
  }
}

function printDistribution(
  name: string,
  labels: string,
  { value, buckets }: { readonly value: Distribution; readonly buckets: readonly number[] },
): string[] {
  let below = 0;
  const open = labels === '' ? '{' : `${labels.slice(0, -1)},`;
  return [
    ...buckets.map((bound, place) => {
      below += value.counts[place] ?? 0;
      return `${name}_bucket${open}le="${Number.isInteger(bound) ? bound.toFixed(1) : bound}"} ${below}`;
    }),
    `${name}_bucket${open}le="+Inf"} ${value.count}`,
    `${name}_count${labels} ${value.count}`,
    `${name}_sum${labels} ${text(value.sum)}`,
  ];
}

function printLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  if (pairs.length > 1) pairs.sort(); // the same labels in another order are the same series
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');

/** OpenMetrics writes infinity its own way. */
function text(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}
