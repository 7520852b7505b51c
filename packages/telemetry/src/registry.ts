import { renderFamilies } from './exposition.js';
import { Histogram } from './histogram.js';

/** Label names and values of one series; resolved once, so the hot path touches a number only. */
export type Labels = Readonly<Record<string, string>>;

/** A value that only grows, or is read from something that does. Part of every scrape from the first. */
export class Counter {
  #value = 0;
  readonly #read: (() => number) | undefined;

  constructor(read?: () => number) {
    this.#read = read;
  }

  get value(): number {
    return this.#read === undefined ? this.#value : this.#read();
  }

  /** `by` must be at least 0; anything else is ignored, since a counter that falls reads as a restart. */
  inc(by = 1): void {
    if (by > 0) this.#value += by;
  }
}

/** A value that goes both ways, or is read when asked for. */
export class Gauge {
  #value = 0;
  readonly #read: (() => number) | undefined;

  constructor(read?: () => number) {
    this.#read = read;
  }

  get value(): number {
    return this.#read === undefined ? this.#value : this.#read();
  }

  set(value: number): void {
    this.#value = value;
  }

  inc(by = 1): void {
    this.#value += by;
  }

  dec(by = 1): void {
    this.#value -= by;
  }
}

export type MetricKind = 'counter' | 'gauge' | 'histogram';

export interface Series<Handle = Counter | Gauge | Histogram> {
  /** `{a="b"}` as it is written, '' without labels. */
  readonly labelText: string;
  readonly labels: Labels;
  readonly handle: Handle;
}

/** All series of one metric name. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly kind: MetricKind;
  readonly series: ReadonlyMap<string, Series>;
}

/**
 * The metrics of one process. Asking twice for the same name and labels gives the same handle;
 * asking for a name as another kind throws, because one of the two callers is wrong.
 */
export interface Registry {
  /** With `read`, the value is asked for at each scrape and `inc` has no effect. */
  counter(name: string, help: string, labels?: Labels, read?: () => number): Counter;
  /** With `read`, the value is asked for at each scrape and `set` has no effect. */
  gauge(name: string, help: string, labels?: Labels, read?: () => number): Gauge;
  /** `buckets`: upper bounds, ascending, without +Inf. */
  histogram(name: string, help: string, buckets: readonly number[], labels?: Labels): Histogram;
  /** Drops one series, e.g. of a service that is gone. */
  remove(name: string, labels?: Labels): void;
  families(): readonly MetricFamily[];
  /** Prometheus text exposition format 0.0.4. */
  render(): string;
}

/** Content type of what `render` gives. */
export const EXPOSITION_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

interface MutableFamily extends MetricFamily {
  readonly series: Map<string, Series>;
}

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** `defaultLabels` are put on every series, e.g. the service's name. */
export function createRegistry(defaultLabels: Labels = {}): Registry {
  const families = new Map<string, MutableFamily>();

  function handle<H extends Counter | Gauge | Histogram>(
    kind: MetricKind,
    name: string,
    help: string,
    labels: Labels | undefined,
    make: () => H,
  ): H {
    let family = families.get(name);
    if (family === undefined) {
      if (!METRIC_NAME.test(name)) throw new RangeError(`${name} is not a metric name`);
      family = { name, help, kind, series: new Map() };
      families.set(name, family);
    }
    if (family.kind !== kind) throw new TypeError(`${name} is a ${family.kind}, asked for as a ${kind}`);
    const all = { ...defaultLabels, ...labels };
    const text = labelText(all);
    const known = family.series.get(text);
    if (known !== undefined) return known.handle as H;
    const made = make();
    family.series.set(text, { labelText: text, labels: all, handle: made });
    return made;
  }

  return {
    counter: (name, help, labels, read) => handle('counter', name, help, labels, () => new Counter(read)),
    gauge: (name, help, labels, read) => handle('gauge', name, help, labels, () => new Gauge(read)),
    histogram: (name, help, buckets, labels) =>
      handle('histogram', name, help, labels, () => new Histogram(buckets)),
    remove(name, labels) {
      families.get(name)?.series.delete(labelText({ ...defaultLabels, ...labels }));
    },
    families: () => [...families.values()],
    render: () => renderFamilies([...families.values()]),
  };
}

function labelText(labels: Labels): string {
  const names = Object.keys(labels).sort();
  if (names.length === 0) return '';
  const pairs = names.map((name) => {
    if (!LABEL_NAME.test(name)) throw new RangeError(`${name} is not a label name`);
    return `${name}="${escapeLabel(labels[name] ?? '')}"`;
  });
  return `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`));
}
