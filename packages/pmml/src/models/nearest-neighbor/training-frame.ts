import type { Field } from '../../fields/field.js';
import type { Frame, Layout } from '../../fields/frame.js';
import type { Value } from '../../types/value.js';

/**
 * A frame for values of training instances, which the model's transformations are then read from. Every reader
 * of a field looks at the field's slot first, so the slot is found by asking a frame that only takes notes.
 */
export class TrainingFrames {
  readonly #layout: Layout;
  readonly #slots: Int32Array;

  constructor(layout: Layout, fields: readonly (Field | undefined)[]) {
    this.#layout = layout;
    this.#slots = Int32Array.from(fields, (field) => (field === undefined ? -1 : slotOf(field)));
  }

  /** A frame where `fields` have the given values, and all others are as in an empty record. */
  frame(values: readonly Value[]): Frame {
    const frame = this.#layout.frame({});
    for (const [i, value] of values.entries()) {
      const slot = this.#slots[i] as number;
      if (slot >= 0) frame.values[slot] = value;
    }
    return frame;
  }
}

function slotOf(field: Field): number {
  let slot = -1;
  const values = new Proxy([] as Value[], {
    get(_, key) {
      if (slot < 0 && typeof key === 'string' && /^\d+$/.test(key)) slot = Number(key);
      return undefined;
    },
  });
  field.read({ values, record: {}, place: 0 });
  return slot;
}
