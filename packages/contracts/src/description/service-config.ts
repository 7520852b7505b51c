import { type FlatConfig, type FlatEntry, flatten } from './flatten.js';
import { isJsonObject, type JsonObject, type JsonValue } from './json.js';
import { SERVICE_KEY_TABLE, specAt, specsBelow } from './key-index.js';
import { Problems } from './problems.js';

/**
 * A service description in canonical nested form: primary keys only, normal values, no defaults added,
 * keys in the order of the table. In a patch `null` removes a key.
 */
export type ServiceConfig = JsonObject;

/**
 * The canonical form of a full or partial description. Required keys are not asked for; unknown keys, wrong
 * types and contradicting duplicates fail with InvalidServiceDescription, all of them listed.
 */
export function normaliseServiceConfig(raw: unknown): ServiceConfig {
  const problems = new Problems();
  const flat = flatten(raw, problems);
  problems.throwIfAny();
  return nest(flat);
}

/** Patch over current (both canonical): objects merge, `null` removes, lists and everything else replace. */
export function mergeServiceConfig(current: ServiceConfig, patch: ServiceConfig): ServiceConfig {
  return inOrder(merged(current, patch));
}

/** Without what contract 8.1 hides: tokens, identities and `action*`. */
export function exportServiceConfig(config: ServiceConfig): ServiceConfig {
  const shown: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(config)) {
    if (!name.startsWith('action')) shown[name] = value;
  }
  let result: ServiceConfig = shown;
  for (const { path, aliases, hidden } of SERVICE_KEY_TABLE) {
    if (hidden) for (const each of [path, ...aliases]) result = without(result, each.split('.'));
  }
  return result;
}

/** The nested form of flat entries; entries of value null stay null. */
export function nest(flat: FlatConfig): ServiceConfig {
  const root: Record<string, JsonValue> = {};
  for (const [path, { value }] of flat) {
    const segments = path.split('.');
    let node = root;
    for (const segment of segments.slice(0, -1)) {
      node[segment] ??= {};
      node = node[segment] as Record<string, JsonValue>;
    }
    node[segments.at(-1)!] = value;
  }
  return root;
}

function merged(current: JsonObject, patch: JsonObject): JsonObject {
  const result: Record<string, JsonValue> = { ...current };
  for (const [name, value] of Object.entries(patch)) {
    if (name === '__proto__') continue;
    if (value === null) {
      delete result[name];
      continue;
    }
    if (!isJsonObject(value)) {
      result[name] = value;
      continue;
    }
    const before = Object.hasOwn(result, name) ? result[name] : undefined;
    const after = merged(isJsonObject(before) ? before : {}, value);
    // What a patch has emptied is gone, so that removing a key and never having had it are one thing.
    if (Object.keys(after).length > 0 || Object.keys(value).length === 0) result[name] = after;
    else delete result[name];
  }
  return result;
}

/** Structure in table order, what is no key of the table last; what lies inside a key stays as it is. */
function inOrder(config: ServiceConfig): ServiceConfig {
  const flat = new Map<string, FlatEntry>();
  const visit = (node: JsonObject, prefix: string): void => {
    for (const [name, value] of Object.entries(node)) {
      const path = prefix === '' ? name : `${prefix}.${name}`;
      if (isJsonObject(value) && specAt(path) === undefined && specsBelow(path) !== undefined)
        visit(value, path);
      else flat.set(path, { written: path, value });
    }
  };
  visit(config, '');
  const ordered = new Map<string, FlatEntry>();
  for (const { path } of SERVICE_KEY_TABLE) {
    const entry = flat.get(path);
    if (entry !== undefined) ordered.set(path, entry);
  }
  for (const [path, entry] of flat) if (!ordered.has(path)) ordered.set(path, entry);
  return nest(ordered);
}

function without(config: JsonObject, segments: readonly string[]): JsonObject {
  const [first, ...rest] = segments;
  if (first === undefined || !Object.hasOwn(config, first)) return config;
  const { [first]: inner, ...others } = config;
  if (rest.length === 0) return others as JsonObject;
  if (!isJsonObject(inner)) return config;
  const kept = without(inner, rest);
  if (kept === inner) return config;
  return Object.keys(kept).length === 0 ? (others as JsonObject) : { ...config, [first]: kept };
}
