import type { KernelValues } from './kernel-values.js';
import type { Machine } from './machine.js';
import { decide, decideFour } from './machine.js';

/** Rows that are worked on at a time: the kernel values of more would not stay in the cache. */
export const ROWS = 4;

/** Finds the decision values of a block's rows. */
export interface BlockDecisions {
  /** `columns[i]` is component `i` of every row; `decisions[m][r]` becomes what machine `m` says of row `r`. */
  run(columns: readonly Float64Array[], count: number, decisions: readonly Float64Array[]): void;
}

/** By the kernel values of each row with every vector, which all machines share. */
export function decisionsByValues(kernels: KernelValues, machines: readonly Machine[]): BlockDecisions {
  const { size, stride } = kernels;
  const rows = new Float64Array(size * ROWS);
  const values = new Float64Array(stride * ROWS);
  const four = new Float64Array(ROWS);
  const decideRows = (
    columns: readonly Float64Array[],
    first: number,
    count: number,
    decisions: readonly Float64Array[],
  ): void => {
    for (let i = 0; i < size; i++) {
      const x = columns[i] as Float64Array;
      for (let r = 0; r < count; r++) rows[r * size + i] = x[first + r] as number;
    }
    kernels.fill(rows, count, values);
    for (let m = 0; m < machines.length; m++) {
      const out = decisions[m] as Float64Array;
      const machine = machines[m] as Machine;
      if (count === ROWS) {
        decideFour(machine, values, 0, stride, four);
        out.set(four, first);
      } else {
        for (let r = 0; r < count; r++) out[first + r] = decide(machine, values, r * stride, true);
      }
    }
  };
  return {
    run: (columns, count, decisions) => {
      for (let first = 0; first < count; first += ROWS)
        decideRows(columns, first, Math.min(ROWS, count - first), decisions);
    },
  };
}
