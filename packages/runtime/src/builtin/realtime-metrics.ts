import { OpenEasError } from '@openeas/contracts';
import type { Gauge, Registry } from '@openeas/telemetry';

/** One value that user code reports (contract 8.7). */
export interface ReportedValue {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly value: number;
}

const MAX_SERIES = 1000;
const MAX_TAGS = 16;
const MAX_TEXT = 200;
const EXPECTED = 'an array of {"name": text, "tags": {text: text} (optional), "value": number}';

/** Values reported by user code, kept as gauges of `/metrics`; bounded, since names come from outside. */
export class RealtimeMetrics {
  readonly #registry: Registry;
  readonly #known = new Map<string, { value: ReportedValue; gauge: Gauge }>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  list(): readonly ReportedValue[] {
    return [...this.#known.values()].map(({ value }) => value);
  }

  /** Takes all values or none. @throws OpenEasError naming the element at fault */
  report(body: unknown): number {
    if (!Array.isArray(body))
      throw new OpenEasError('InvalidRequestBody', { reason: 'it is no array', expected: EXPECTED });
    const values = body.map(parseValue);
    const fresh = new Set(values.map(keyOf).filter((key) => !this.#known.has(key)));
    if (this.#known.size + fresh.size > MAX_SERIES) {
      throw new OpenEasError('InvalidRequestBody', {
        reason: `it would make more than ${MAX_SERIES} combinations of name and tags`,
        expected: 'fewer, by tags with few values',
      });
    }
    for (const value of values) {
      const key = keyOf(value);
      let entry = this.#known.get(key);
      if (entry === undefined) {
        const labels = { name: value.name, ...Object.fromEntries(Object.entries(value.tags).map(asLabel)) };
        const help = 'Values reported by user code to /api/builtin/realtime_metrics.';
        entry = { value, gauge: this.#registry.gauge('openeas_runtime_reported', help, labels) };
        this.#known.set(key, entry);
      }
      entry.value = value;
      entry.gauge.set(value.value);
    }
    return values.length;
  }
}

function keyOf(value: ReportedValue): string {
  return JSON.stringify([value.name, Object.entries(value.tags).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** Tags become `tag_…` labels, so that none can hide the name. */
function asLabel([name, text]: [string, string]): [string, string] {
  return [`tag_${name.replace(/\W/g, '_')}`, text];
}

function parseValue(item: unknown, index: number): ReportedValue {
  const {
    name,
    tags = {},
    value,
  } = (typeof item === 'object' && item !== null ? item : {}) as {
    name?: unknown;
    tags?: unknown;
    value?: unknown;
  };
  const tagsAreText =
    typeof tags === 'object' &&
    tags !== null &&
    !Array.isArray(tags) &&
    Object.keys(tags).length <= MAX_TAGS &&
    Object.entries(tags).every(
      ([key, text]) => key.length <= MAX_TEXT && typeof text === 'string' && text.length <= MAX_TEXT,
    );
  const nameIsText = typeof name === 'string' && name !== '' && name.length <= MAX_TEXT;
  if (!nameIsText || !tagsAreText || typeof value !== 'number' || !Number.isFinite(value)) {
    const reason = `element ${index} is ${JSON.stringify(item)?.slice(0, MAX_TEXT)}`;
    throw new OpenEasError('InvalidRequestBody', { reason, expected: EXPECTED });
  }
  return { name, tags: tags as Record<string, string>, value };
}
