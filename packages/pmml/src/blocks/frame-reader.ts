import { RecordError } from '../errors.js';
import type { Frame, Layout } from '../fields/frame.js';
import type { Value } from '../types/value.js';
import { keyOf } from '../types/value.js';
import type { FrameColumn } from './column-set.js';
import { asNumber, mark, ODD } from './computation.js';
import type { Row } from './read-places.js';

/** Fills columns that need a frame of their row: one frame, row after row. */
export class FrameReader {
  readonly #columns: readonly (FrameColumn & { readonly values: Float64Array })[];
  readonly #layout: Layout;
  readonly #frame: Frame;

  constructor(columns: readonly (FrameColumn & { readonly values: Float64Array })[], layout: Layout) {
    this.#columns = columns;
    this.#layout = layout;
    this.#frame = layout.frame({});
  }

  read(rows: readonly Row[], first: number, count: number, marks: Uint8Array): void {
    const frame = this.#frame;
    for (let i = 0; i < count; i++) {
      this.#layout.reset(frame, rows[first + i] ?? {});
      for (const { read, codes, values } of this.#columns) {
        const value = numberOr(read, codes, frame);
        values[i] = value;
        mark(marks, i, value);
      }
    }
  }
}

function numberOr(read: FrameColumn['read'], codes: FrameColumn['codes'], frame: Frame): number {
  try {
    const value = read(frame);
    return codes === undefined ? asNumber(value) : codeOf(value, codes);
  } catch (error) {
    if (error instanceof RecordError) return ODD;
    throw error;
  }
}

/** A category as its code: NaN = missing, -1 = none that has one. */
export function codeOf(value: Value, codes: ReadonlyMap<string, number>): number {
  if (value === undefined) return Number.NaN;
  return Array.isArray(value) ? ODD : (codes.get(keyOf(value)) ?? -1);
}
