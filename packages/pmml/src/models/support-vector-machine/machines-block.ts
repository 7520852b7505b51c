import type { ColumnSet } from '../../blocks/column-set.js';
import type { BlockKernel, ResultColumn } from '../../blocks/contract.js';
import { BLOCK, NEVER, ROW } from '../../blocks/contract.js';
import type { Field } from '../../fields/field.js';
import type { KernelValues } from './kernel-values.js';
import type { Machine } from './machine.js';
import { decide, decideFour } from './machine.js';
import type { Vote } from './vote.js';

/** Rows whose kernel values are at hand at a time: more would not stay in the cache. */
const ROWS = 4;

/** Machines over a block; all of them share the kernel values of a row. */
export function machinesBlock(
  fields: readonly Field[],
  size: number,
  kernels: KernelValues,
  machines: readonly Machine[],
  vote: Vote | undefined,
  columns: ColumnSet,
): BlockKernel | undefined {
  const places: number[] = [];
  for (const { read } of fields) {
    const place = columns.number(read);
    if (place === undefined) return undefined;
    places.push(place);
  }
  const rows = new Float64Array(size * ROWS);
  const values = new Float64Array(kernels.stride * ROWS);
  const four = new Float64Array(ROWS);
  const decisions = machines.map(() => new Float64Array(BLOCK));
  const own = new Float64Array(machines.length);
  const scores = new Float64Array(vote?.categories.length ?? 0);
  const probabilities = Array.from(scores, () => new Float64Array(BLOCK));
  const index = new Int32Array(BLOCK);
  const decideRows = (inputs: readonly Float64Array[], first: number, count: number): void => {
    for (let p = 0; p < size; p++) {
      const x = inputs[places[p] as number] as Float64Array;
      for (let r = 0; r < count; r++) rows[r * size + p] = x[first + r] as number;
    }
    kernels.fill(rows, count, values);
    for (let m = 0; m < machines.length; m++) {
      const out = decisions[m] as Float64Array;
      if (count === ROWS) {
        decideFour(machines[m] as Machine, values, 0, kernels.stride, four);
        out.set(four, first);
      } else {
        for (let r = 0; r < count; r++)
          out[first + r] = decide(machines[m] as Machine, values, r * kernels.stride, true);
      }
    }
  };
  return {
    result: (request): ResultColumn | undefined => {
      if (request.of === 'value')
        return vote === undefined ? { numbers: decisions[0] as Float64Array } : { index, table: vote.labels };
      if (vote !== undefined && request.of === 'probability' && request.index < 0) return NEVER;
      const numbers = request.of === 'probability' ? probabilities[request.index] : undefined;
      return numbers === undefined ? undefined : { numbers };
    },
    run: (inputs, count, marks) => {
      for (let first = 0; first < count; first += ROWS)
        decideRows(inputs, first, Math.min(ROWS, count - first));
      for (let i = 0; i < count; i++) {
        let known = 0;
        for (let m = 0; m < machines.length; m++) {
          own[m] = (decisions[m] as Float64Array)[i] as number;
          known += own[m] as number;
        }
        if (vote !== undefined) {
          index[i] = vote.decide(own, scores);
          for (let c = 0; c < scores.length; c++) {
            (probabilities[c] as Float64Array)[i] = scores[c] as number;
            known += scores[c] as number;
          }
        }
        if (Number.isNaN(known) || ((marks[i] as number) & ROW.hole) !== 0)
          marks[i] = (marks[i] as number) | ROW.odd;
      }
    },
  };
}
