/** One member of an answer: a column of numbers, or places in a table of values. */
export interface ResultCell {
  readonly name: string;
  readonly numbers: Float64Array;
  readonly index: Int32Array;
  /** Undefined = `numbers` has the values. */
  readonly table: readonly unknown[] | undefined;
}

/** Builds the answer of row `i` of a block. */
export type BuildRow = (i: number) => Record<string, unknown>;

function at({ numbers, index, table }: ResultCell, i: number): unknown {
  return table === undefined ? numbers[i] : table[index[i] as number];
}

/**
 * Literals with computed names: V8 makes such an object in one step, where adding members one by one takes several.
 * Answers of more members than are written out here are built the long way.
 */
export function rowBuilder(cells: readonly ResultCell[]): BuildRow {
  const keys = cells.map(({ name }) => Object.keys({ [name]: 0 })[0] as string);
  const [k0 = '', k1 = '', k2 = '', k3 = '', k4 = '', k5 = ''] = keys;
  const [c0, c1, c2, c3, c4, c5] = cells as readonly [
    ResultCell,
    ResultCell,
    ResultCell,
    ResultCell,
    ResultCell,
    ResultCell,
  ];
  switch (cells.length) {
    case 1:
      return (i) => ({ [k0]: at(c0, i) });
    case 2:
      return (i) => ({ [k0]: at(c0, i), [k1]: at(c1, i) });
    case 3:
      return (i) => ({ [k0]: at(c0, i), [k1]: at(c1, i), [k2]: at(c2, i) });
    case 4:
      return (i) => ({ [k0]: at(c0, i), [k1]: at(c1, i), [k2]: at(c2, i), [k3]: at(c3, i) });
    case 5:
      return (i) => ({ [k0]: at(c0, i), [k1]: at(c1, i), [k2]: at(c2, i), [k3]: at(c3, i), [k4]: at(c4, i) });
    case 6:
      return (i) => ({
        [k0]: at(c0, i),
        [k1]: at(c1, i),
        [k2]: at(c2, i),
        [k3]: at(c3, i),
        [k4]: at(c4, i),
        [k5]: at(c5, i),
      });
    default:
      return (i) => {
        const row: Record<string, unknown> = {};
        for (let c = 0; c < cells.length; c++) row[keys[c] as string] = at(cells[c] as ResultCell, i);
        return row;
      };
  }
}
