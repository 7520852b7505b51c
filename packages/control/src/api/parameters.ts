import {
  type ActionSpec,
  type JsonObject,
  type JsonValue,
  OpenEasError,
  type ParameterKind,
} from '@openeas/contracts';

type Value = string | number | boolean | readonly string[] | JsonValue;

/**
 * The query parameters of one call, checked against the action's table: unknown names and values of another
 * kind are refused by name. An empty value counts as not given, as clients send empty texts for unset fields.
 */
export class QueryParameters {
  readonly #values: ReadonlyMap<string, Value>;

  constructor(spec: ActionSpec, query: readonly (readonly [string, string])[]) {
    const values = new Map<string, Value>();
    for (const [name, text] of query) {
      const kind = Object.hasOwn(spec.query, name) ? spec.query[name] : undefined;
      if (kind === undefined) throw unknownName('query parameter', name, Object.keys(spec.query));
      if (text !== '') values.set(name, parse(name, kind, text));
    }
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  names(): readonly string[] {
    return [...this.#values.keys()];
  }

  value(name: string): Value | undefined {
    return this.#values.get(name);
  }

  text(name: string): string | undefined {
    return this.#values.get(name) as string | undefined;
  }

  flag(name: string): boolean | undefined {
    return this.#values.get(name) as boolean | undefined;
  }

  list(name: string): readonly string[] | undefined {
    return this.#values.get(name) as readonly string[] | undefined;
  }

  /** A whole number within bounds; some actions declare theirs as text (contract 7.6.4). */
  integer(name: string, bounds: { min: number; max: number }): number | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    const number = typeof value === 'number' ? value : Number(value);
    if (Number.isInteger(number) && number >= bounds.min && number <= bounds.max) return number;
    throw invalid(name, value, `a whole number from ${bounds.min} to ${bounds.max}`);
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const found = choices.find((choice) => choice.toLowerCase() === value.toLowerCase());
    if (found === undefined) throw invalid(name, value, `one of ${choices.join(', ')}`);
    return found;
  }

  /** A map of texts, given as JSON. */
  labels(name: string): Readonly<Record<string, string>> | undefined {
    const value = this.#values.get(name);
    return value === undefined ? undefined : labelsOf(name, value as JsonValue);
  }
}

/** The keys of a JSON body; absent ones are undefined. Unknown ones are refused by name. */
export class BodyParameters {
  readonly #values: JsonObject;

  constructor(keys: readonly string[], body: Uint8Array) {
    const value = body.length === 0 ? {} : parseJsonBody(body);
    if (!isObject(value)) throw new OpenEasError('InvalidJson', { reason: 'expected an object' });
    for (const name of Object.keys(value)) {
      if (!keys.includes(name)) throw unknownName('body key', name, keys);
    }
    this.#values = value;
  }

  value(name: string): JsonValue | undefined {
    const value = this.#values[name];
    return value === null ? undefined : value;
  }

  all(): JsonObject {
    return this.#values;
  }

  integer(name: string, bounds: { min: number; max: number }): number {
    const value = this.value(name);
    const expected = `a whole number from ${bounds.min} to ${bounds.max}`;
    if (value === undefined) throw new OpenEasError('MissingParameter', { field: name, expected });
    if (typeof value === 'number' && Number.isInteger(value) && value >= bounds.min && value <= bounds.max) {
      return value;
    }
    throw invalid(name, value, expected);
  }

  flag(name: string): boolean | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'boolean') return value;
    throw invalid(name, value, 'true or false');
  }

  choice<T extends string>(name: string, choices: readonly T[]): T {
    const value = this.value(name);
    const expected = `one of ${choices.join(', ')}`;
    if (value === undefined) throw new OpenEasError('MissingParameter', { field: name, expected });
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw invalid(name, value, expected);
    return found;
  }

  texts(name: string): readonly string[] {
    const value = this.value(name);
    if (value === undefined) return [];
    if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value as string[];
    throw invalid(name, value, 'a list of texts');
  }

  labels(name: string): Readonly<Record<string, string>> {
    const value = this.value(name);
    if (value === undefined) throw new OpenEasError('MissingParameter', { field: name, expected: LABELS });
    return labelsOf(name, value);
  }
}

/** The body of a raw-body action; a JSON text inside a JSON text is read too. Fails with InvalidJson. */
export function parseJsonBody(body: Uint8Array): JsonValue {
  if (body.length === 0) throw new OpenEasError('InvalidJson', { reason: 'it is empty' });
  const value = parseJson(new TextDecoder().decode(body));
  return typeof value === 'string' ? parseJson(value) : value;
}

export function invalid(field: string, value: unknown, expected: string): OpenEasError {
  const shown = JSON.stringify(value) ?? String(value);
  return new OpenEasError('InvalidParameter', {
    field,
    value: shown.length > 200 ? `${shown.slice(0, 200)}…` : shown,
    expected,
  });
}

const LABELS = 'an object of texts, keys of 1 to 128 and values of at most 512 characters, 100 at most';

function labelsOf(field: string, value: JsonValue): Readonly<Record<string, string>> {
  if (!isObject(value)) throw invalid(field, value, LABELS);
  const entries = Object.entries(value);
  const fine = ([key, text]: [string, JsonValue]): boolean =>
    key.length >= 1 && key.length <= 128 && typeof text === 'string' && text.length <= 512;
  if (entries.length > 100 || !entries.every(fine)) throw invalid(field, value, LABELS);
  return Object.fromEntries(entries) as Record<string, string>;
}

function parse(name: string, kind: ParameterKind, text: string): Value {
  switch (kind) {
    case 'string':
      return text;
    case 'number':
      if (!/^-?\d{1,15}$/.test(text)) throw invalid(name, text, 'a whole number');
      return Number(text);
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw invalid(name, text, 'true or false');
      return text === 'true';
    case 'list':
      return text.split(',').filter((each) => each !== '');
    case 'json':
      try {
        return parseJson(text);
      } catch {
        throw invalid(name, text, `JSON of at most ${MAX_DEPTH} levels`);
      }
  }
}

/** Deeper than any description; what comes after may walk a value by recursion. */
const MAX_DEPTH = 64;

function parseJson(text: string): JsonValue {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new OpenEasError('InvalidJson', { reason: (error as Error).message }, { cause: error });
  }
  let level: readonly JsonValue[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw new OpenEasError('InvalidJson', { reason: `more than ${MAX_DEPTH} levels` });
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return value;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unknownName(kind: string, name: string, known: readonly string[]): OpenEasError {
  const expected = known.length === 0 ? `no ${kind} for this action` : `one of ${known.join(', ')}`;
  return new OpenEasError('InvalidParameter', {
    field: name.slice(0, 100),
    value: `this ${kind}`,
    expected,
  });
}
