import { isJsonObject, type JsonObject, type JsonValue, jsonDefect } from './json.js';
import type { KeyType } from './key-spec.js';
import { nearest } from './nearest.js';

export type Coerced =
  | { readonly ok: true; readonly value: JsonValue }
  /** `at` = where inside the value, '' for the value itself; `received` = what lies there. */
  | { readonly ok: false; readonly at: string; readonly received?: unknown; readonly expected: string };

const ok = (value: JsonValue): Coerced => ({ ok: true, value });
const bad = (expected: string, at = '', received?: unknown): Coerced => ({
  ok: false,
  at,
  received,
  expected,
});

const NUMERAL = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const CONTROL = /[\u0000-\u001f\u007f]/;
const MAX_NAME = 256;
const MAX_MAP_VALUE = 4096;

/**
 * A value in its normal form, or what was expected. Numbers and booleans may come as text (contract 8.1).
 * `null` never arrives here, but for entries of a map, which it removes.
 */
export function coerce(type: KeyType, value: unknown): Coerced {
  switch (type.kind) {
    case 'text':
      return coerceText(type, value);
    case 'choice':
      return coerceChoice(type, value);
    case 'boolean':
      return coerceBoolean(value);
    case 'integer':
    case 'number':
      return coerceNumber(type, value);
    case 'countOrShare':
      return coerceShare(value);
    case 'map':
    case 'switches':
      return coerceMap(type, value);
    case 'textOrObject':
      return typeof value === 'string' || isJsonObject(value) ? opaque(value) : bad(describe(type));
    case 'object':
      return isJsonObject(value) ? opaque(value) : bad(describe(type));
    case 'list':
      return Array.isArray(value) ? opaque(value) : bad(describe(type));
    case 'any':
      return opaque(value);
  }
}

/** What a type takes, in the words of a message. */
export function describe(type: KeyType): string {
  switch (type.kind) {
    case 'text':
      return type.expected ?? `text of at most ${type.maxLength} characters`;
    case 'choice':
      return `one of ${type.values.map((value) => (value === '' ? '""' : value)).join(', ')}`;
    case 'boolean':
      return 'true or false';
    case 'integer':
    case 'number': {
      const unit = type.unit === undefined ? '' : ` (${type.unit})`;
      return `a ${type.kind === 'integer' ? 'whole number' : 'number'} from ${type.min} to ${type.max}${unit}`;
    }
    case 'countOrShare':
      return 'a whole number from 0 to 1000, or a share of "0%" to "100%"';
    case 'map':
      return 'an object of text values';
    case 'switches':
      return 'an object of feature names';
    case 'textOrObject':
      return 'text or an object';
    case 'object':
      return 'an object';
    case 'list':
      return 'a list';
    case 'any':
      return 'a JSON value';
  }
}

function coerceText(type: KeyType & { kind: 'text' }, value: unknown): Coerced {
  const given = type.numberAsText && typeof value === 'number' ? String(value) : value;
  if (typeof given !== 'string') return bad(type.expected ?? describe(type));
  if (given.length > type.maxLength) return bad(`at most ${type.maxLength} characters`);
  if (CONTROL.test(given)) return bad('text without control characters');
  if (type.pattern !== undefined && !type.pattern.test(given)) return bad(describe(type));
  return ok(given);
}

function coerceBoolean(value: unknown): Coerced {
  if (typeof value === 'boolean') return ok(value);
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (word === 'true' || word === 'false') return ok(word === 'true');
  return bad('true or false');
}

function numeral(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && NUMERAL.test(value.trim()) ? Number(value) : Number.NaN;
}

function coerceNumber(type: KeyType & { kind: 'integer' | 'number' }, value: unknown): Coerced {
  const parsed = numeral(value);
  const fits = Number.isFinite(parsed) && parsed >= type.min && parsed <= type.max;
  if (!fits || (type.kind === 'integer' && !Number.isInteger(parsed))) return bad(describe(type));
  return ok(parsed + 0); // -0 becomes 0, as JSON text would make it.
}

/** The clients' own spelling differs from ours in upper case only (`Gzip`, contract 3.4). */
function coerceChoice(type: KeyType & { kind: 'choice' }, value: unknown): Coerced {
  const known =
    typeof value === 'string'
      ? (type.values.find((each) => each === value) ??
        type.values.find((each) => each.toLowerCase() === value.toLowerCase()))
      : undefined;
  return known === undefined ? bad(describe(type)) : ok(known);
}

function coerceShare(value: unknown): Coerced {
  const expected = describe({ kind: 'countOrShare' });
  const words = typeof value === 'string' ? value.trim() : '';
  if (words.endsWith('%')) {
    const percent = numeral(words.slice(0, -1));
    return percent >= 0 && percent <= 100 ? ok(`${percent + 0}%`) : bad(expected);
  }
  const coerced = coerceNumber({ kind: 'integer', min: 0, max: 1000 }, value);
  return coerced.ok ? coerced : bad(expected);
}

/** Names may have been split at their dots on the way here (contract 6.4): nested objects are joined again. */
function coerceMap(type: KeyType & { kind: 'map' | 'switches' }, value: unknown): Coerced {
  if (!isJsonObject(value)) return bad(describe(type));
  const defect = jsonDefect(value);
  if (defect !== undefined) return bad(defect);
  const entries: Record<string, JsonValue> = {};
  const visit = (node: JsonObject, prefix: string): Coerced | undefined => {
    for (const [part, item] of Object.entries(node)) {
      const name = prefix === '' ? part : `${prefix}.${part}`;
      const failure = isJsonObject(item) ? visit(item, name) : take(name, item);
      if (failure !== undefined) return failure;
    }
    return undefined;
  };
  const take = (name: string, item: JsonValue): Coerced | undefined => {
    if (name === '' || name === '__proto__' || name.length > MAX_NAME) {
      return bad(`a name of 1 to ${MAX_NAME} characters`, name, item);
    }
    if (type.kind === 'switches' && !type.names.includes(name)) {
      const near = nearest(name, type.names);
      return bad(
        near === undefined ? 'a known feature' : `a known feature; the nearest is ${near}`,
        name,
        item,
      );
    }
    if (Array.isArray(item)) return bad('text', name, item);
    const scalar = item === null || type.kind === 'switches' ? item : String(item);
    if (typeof scalar === 'string' && (scalar.length > MAX_MAP_VALUE || CONTROL.test(scalar))) {
      return bad(`text of at most ${MAX_MAP_VALUE} characters without control characters`, name, item);
    }
    if (Object.hasOwn(entries, name) && entries[name] !== scalar) return bad('one value', name, item);
    entries[name] = scalar;
    return undefined;
  };
  return visit(value, '') ?? ok(entries);
}

function opaque(value: unknown): Coerced {
  const defect = jsonDefect(value);
  return defect === undefined ? ok(value as JsonValue) : bad(defect);
}
