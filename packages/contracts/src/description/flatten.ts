import { isJsonObject, type JsonValue, jsonEqual, MAX_DEPTH } from './json.js';
import { KNOWN_PATHS, openSpecAbove, SERVICE_KEY_TABLE, specAt, specsBelow } from './key-index.js';
import type { KeySpec } from './key-spec.js';
import { coerce } from './key-values.js';
import { nearest } from './nearest.js';
import { type Problems, shown } from './problems.js';

/** What was given for one key: where it was written and its normal value. */
export interface FlatEntry {
  readonly written: string;
  readonly value: JsonValue;
}

/** A description by primary path. `null` = asked to be removed. */
export type FlatConfig = ReadonlyMap<string, FlatEntry>;

/** Searching a near key costs; a document with more unknown keys than this is no typing mistake. */
const MAX_SUGGESTIONS = 50;

/**
 * Reads a raw description into one entry per key: dotted and nested keys joined, aliases moved to their
 * primary path, values in their normal form. Everything wrong goes to `problems`.
 */
export function flatten(raw: unknown, problems: Problems): FlatConfig {
  const flat = new Map<string, FlatEntry>();
  let unknown = 0;

  if (!isJsonObject(raw)) {
    problems.add('', `${shown(raw)} is not a service description; expected a JSON object`);
    return flat;
  }
  visit(raw, [], 0);
  return inTableOrder(flat);

  function visit(node: Readonly<Record<string, unknown>>, above: readonly string[], depth: number): void {
    if (depth > MAX_DEPTH) {
      problems.add(above.join('.'), `is nested too deeply; expected at most ${MAX_DEPTH} levels`);
      return;
    }
    for (const [name, value] of Object.entries(node)) {
      const segments = [...above, ...name.split('.')];
      const path = segments.join('.');
      if (segments.includes('__proto__')) unknownKey(path, value);
      else place(path, segments, value, depth);
    }
  }

  function place(path: string, segments: readonly string[], value: unknown, depth: number): void {
    const spec = specAt(path);
    const inner = specsBelow(path);
    const open = openSpecAbove(segments);
    if (inner !== undefined && isJsonObject(value)) visit(value, segments, depth + 1);
    else if (spec !== undefined) take(spec, path, value);
    else if (inner !== undefined && value === null)
      for (const each of ownKeys(path, inner)) take(each, path, null);
    else if (inner !== undefined) problems.add(path, `${shown(value)} is not valid; expected an object`);
    else if (open !== undefined) {
      const wrapped = open.rest.reduceRight<unknown>((inside, part) => ({ [part]: inside }), value);
      take(open.spec, path, wrapped, segments.slice(0, -open.rest.length).join('.'));
    } else unknownKey(path, value);
  }

  function take(spec: KeySpec, written: string, given: unknown, base = written): void {
    if (given === undefined) return;
    const coerced = given === null ? ({ ok: true, value: null } as const) : coerce(spec.type, given);
    if (!coerced.ok) {
      problems.spoil(spec.path);
      const where = coerced.at === '' ? written : `${base}.${coerced.at}`;
      const received = spec.secret ? 'the value' : shown(coerced.at === '' ? given : coerced.received);
      problems.add(where, `${received} is not valid; expected ${coerced.expected}`);
      return;
    }
    const before = flat.get(spec.path);
    if (before === undefined) {
      flat.set(spec.path, { written, value: coerced.value });
      return;
    }
    const joined = join(before.value, coerced.value);
    if (joined !== undefined) flat.set(spec.path, { written: before.written, value: joined });
    else {
      const values = spec.secret ? '' : ` (${shown(before.value)} and ${shown(coerced.value)})`;
      problems.add(
        written,
        before.written === written
          ? `is given twice with different values${values}; give only one`
          : `means the same key as ${before.written} but has another value${values}; give only one`,
      );
    }
  }

  function unknownKey(path: string, value: unknown): void {
    const near = unknown++ < MAX_SUGGESTIONS ? nearest(path, KNOWN_PATHS) : undefined;
    const hint = near === undefined ? 'no known key is near it' : `the nearest known key is ${near}`;
    // A slip in the name of a secret must not put the secret into a log.
    const received = near !== undefined && specAt(near)?.secret ? '' : ` (value ${shown(value)})`;
    problems.add(path, `is not a known key${received}; ${hint}`);
  }
}

/** What a section removes with null: not what is only an alias in it of a key elsewhere (`metadata.name`). */
function ownKeys(section: string, inside: ReadonlySet<KeySpec>): readonly KeySpec[] {
  const own = [...inside].filter(({ path }) => path.startsWith(`${section}.`));
  return own.length > 0 ? own : [...inside];
}

/** Two fragments of one key: objects are united; otherwise both must agree. */
function join(a: JsonValue, b: JsonValue): JsonValue | undefined {
  if (!isJsonObject(a) || !isJsonObject(b)) return jsonEqual(a, b) ? a : undefined;
  const united: Record<string, JsonValue> = { ...a };
  for (const [name, value] of Object.entries(b)) {
    const both = Object.hasOwn(united, name) ? join(united[name]!, value) : value;
    if (both === undefined) return undefined;
    united[name] = both;
  }
  return united;
}

function inTableOrder(flat: ReadonlyMap<string, FlatEntry>): FlatConfig {
  const ordered = new Map<string, FlatEntry>();
  for (const { path } of SERVICE_KEY_TABLE) {
    const entry = flat.get(path);
    if (entry !== undefined) ordered.set(path, entry);
  }
  return ordered;
}
