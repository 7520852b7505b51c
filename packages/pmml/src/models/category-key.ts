import type { DataType } from '../types/data-type.js';
import { INVALID, parserOf } from '../types/data-type.js';
import { keyOf } from '../types/value.js';

/** The key (`keyOf`) of a category literal of a field: typed where it can be, so that "1.0" of a double is "1". */
export function categoryKey(dataType: DataType, text: string): string {
  const value = parserOf(dataType)(text);
  return value === INVALID ? text : keyOf(value);
}
