import type { Field } from '../../fields/field.js';
import type { Frame } from '../../fields/frame.js';
import type { Value } from '../../types/value.js';
import { keyOf, numberOf } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import { categoryKey } from '../category-key.js';
import type { ModelContext } from '../contract.js';

/** Reads the observations of a field in one row: the items of a list, or the one value. */
export function observations(field: Field, frame: Frame): readonly Value[] {
  const value = field.read(frame);
  return Array.isArray(value) ? value : [value];
}

/** The last `size` of the observations; 0 = all. */
export function windowed<T>(values: readonly T[], size: number): readonly T[] {
  return size > 0 && values.length > size ? values.slice(-size) : values;
}

/** A `CountTable` or `NormalizedCountTable`: expected counts of value combinations of some fields. */
export interface CountTable {
  readonly fields: readonly Field[];
  readonly keys: readonly string[];
  readonly counts: Float64Array;
}

const SEPARATOR = '\u0000';

export function compileCountTable(table: XmlElement, { scope }: ModelContext): CountTable {
  const names: string[] = [];
  const fields: Field[] = [];
  const keys: string[] = [];
  const counts: number[] = [];
  const walk = (parent: XmlElement, depth: number, prefix: string): void => {
    for (const child of parent.children) {
      if (child.name !== 'FieldValue' && child.name !== 'FieldValueCount') continue;
      const name = child.need('field');
      names[depth] ??= name;
      if (names[depth] !== name)
        child.refuse(`field ${JSON.stringify(names[depth])} is expected at this level`);
      const field = fields[depth] ?? scope.field(name, child);
      fields[depth] = field;
      const key = prefix + categoryKey(field.dataType, child.need('value')) + SEPARATOR;
      if (child.name === 'FieldValue') walk(child, depth + 1, key);
      else {
        keys.push(key);
        const count = child.needNumber('count');
        if (!(count >= 0)) child.refuse(`count="${count}" is no count`);
        counts.push(count);
      }
    }
  };
  walk(table, 0, '');
  if (new Set(keys).size < keys.length) table.refuse('a combination of values is counted twice');
  if (keys.length === 0) table.refuse('it has no FieldValueCount');
  return { fields, keys, counts: Float64Array.from(counts) };
}

/** Observed counts by the table's keys; combinations the table does not have are counted apart. */
export function observe(
  { fields, keys }: CountTable,
  weight: Field | undefined,
  size: number,
): (frame: Frame) => { counts: Float64Array; others: number } {
  const index = new Map(keys.map((k, i) => [k, i]));
  return (frame) => {
    const columns = fields.map((f) => windowed(observations(f, frame), size));
    const weights = weight === undefined ? undefined : windowed(observations(weight, frame), size);
    const counts = new Float64Array(keys.length);
    let others = 0;
    for (let row = 0; row < (columns[0] as readonly Value[]).length; row++) {
      if (columns.some((c) => c[row] === undefined)) continue;
      const w = weights === undefined ? 1 : (numberOf(weights[row]) ?? 0);
      const at = index.get(columns.map((c) => keyOf(c[row]) + SEPARATOR).join(''));
      if (at === undefined) others += w;
      else counts[at] = (counts[at] as number) + w;
    }
    return { counts, others };
  };
}
