export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Deepest nesting that is read; far above any real description, far below what overflows a stack. */
export const MAX_DEPTH = 32;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function jsonEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => jsonEqual(item, b[index]));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && jsonEqual(a[key], b[key]))
  );
}

/** Why a value is not plain JSON that can be copied safely, or undefined when it is. */
export function jsonDefect(value: unknown, depth = 0): string | undefined {
  if (depth > MAX_DEPTH) return `at most ${MAX_DEPTH} levels of nesting`;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'a finite number';
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value !== 'object') return 'a JSON value';
  if (Array.isArray(value)) {
    for (const item of value) {
      const defect = jsonDefect(item, depth + 1);
      if (defect !== undefined) return defect;
    }
    return undefined;
  }
  for (const [key, item] of Object.entries(value)) {
    if (key === '__proto__') return 'no key named __proto__';
    const defect = jsonDefect(item, depth + 1);
    if (defect !== undefined) return defect;
  }
  return undefined;
}
