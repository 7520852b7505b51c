import type { ColumnSet } from '../../blocks/column-set.js';
import type { BlockKernel, ResultColumn } from '../../blocks/contract.js';
import { BLOCK, NEVER, ROW } from '../../blocks/contract.js';
import type { Value } from '../../types/value.js';
import { keyOf } from '../../types/value.js';
import { indexOfMax } from '../regression/normalization.js';
import type { Members } from './members-block.js';
import { membersBlock } from './members-block.js';
import type { Segment } from './segments.js';

/*
 * Ensembles of any models over a block. What the segments found is combined row by row, by the functions that a row is
 * combined by; rows for which a segment has no prediction are left to these.
 */

/** The numbers of a result, NaN where it is missing; undefined where it has others. */
export function numbersOf(column: ResultColumn | undefined): ((i: number) => number) | undefined {
  if (column === undefined) return undefined;
  if ('numbers' in column) return (i) => column.numbers[i] as number;
  const { index, table } = column;
  if (table.some((v) => v !== undefined && typeof v !== 'number')) return undefined;
  const numbers = Float64Array.from(table, (v) => (v === undefined ? Number.NaN : (v as number)));
  return (i) => numbers[index[i] as number] as number;
}

function complete<T>(list: readonly (T | undefined)[]): list is readonly T[] {
  return !list.includes(undefined);
}

/** Combines the rows that are not odd; `combine` answers whether the row has a result. */
function combining(members: Members, combine: (i: number) => boolean): BlockKernel['run'] {
  return (inputs, count, marks) => {
    members.run(inputs, count, marks);
    for (let i = 0; i < count; i++) {
      if (((marks[i] as number) & ROW.odd) === 0 && !combine(i)) marks[i] = (marks[i] as number) | ROW.odd;
    }
  };
}

/** One number of the segments' numbers. */
export function numbersBlock(
  segments: readonly Segment[],
  reduce: (values: number[], weights: number[]) => number,
  columns: ColumnSet,
): BlockKernel | undefined {
  const members = membersBlock(segments, 'all', columns);
  const reads = members?.kernels.map((kernel) => numbersOf(kernel.result({ of: 'value' })));
  if (members === undefined || reads === undefined || !complete(reads)) return undefined;
  const numbers = new Float64Array(BLOCK);
  const values: number[] = [];
  const weights: number[] = [];
  const combine = (i: number): boolean => {
    values.length = 0;
    weights.length = 0;
    for (let s = 0; s < reads.length; s++) {
      if (members.active[s]?.[i] !== 1) continue;
      const value = reads[s]?.(i) as number;
      if (Number.isNaN(value)) return false;
      values.push(value);
      weights.push(segments[s]?.weight as number);
    }
    if (values.length === 0) return false;
    numbers[i] = reduce(values, weights);
    return !Number.isNaN(numbers[i]);
  };
  return {
    result: ({ of }) => (of === 'value' ? { numbers } : undefined),
    run: combining(members, combine),
  };
}

/** A category, and the probabilities of all: what the block of a classification answers. */
function categoryResults(values: readonly Value[]) {
  const index = new Int32Array(BLOCK);
  const probabilities = values.map(() => new Float64Array(BLOCK));
  return {
    write: (i: number, best: number, p: ArrayLike<number>): void => {
      index[i] = best;
      for (let c = 0; c < probabilities.length; c++) (probabilities[c] as Float64Array)[i] = p[c] as number;
    },
    result: ((request) => {
      if (request.of === 'value') return { index, table: values };
      if (request.of !== 'probability') return undefined;
      if (request.index < 0) return NEVER;
      const numbers = probabilities[request.index];
      return numbers === undefined ? undefined : { numbers };
    }) satisfies BlockKernel['result'],
  };
}

/** Votes of the segments; `count` gives the winner, or -1, and divides the votes (combine-categories.ts). */
export function votesBlock(
  segments: readonly Segment[],
  weighted: boolean,
  categories: readonly string[],
  values: readonly Value[],
  count: (votes: Float64Array, order: readonly number[], total: number) => number,
  /** To the precision of the model. */
  round: (v: number) => number,
  columns: ColumnSet,
): BlockKernel | undefined {
  const members = membersBlock(segments, 'all', columns);
  const tables = members?.kernels.map((kernel) => {
    const value = kernel.result({ of: 'value' });
    if (value === undefined || !('table' in value)) return undefined;
    const places = value.table.map((v) => (v === undefined ? undefined : categories.indexOf(keyOf(v))));
    return { index: value.index, places };
  });
  if (members === undefined || tables === undefined || !complete(tables)) return undefined;
  const { write, result } = categoryResults(values);
  const votes = new Float64Array(categories.length);
  const order: number[] = [];
  const combine = (i: number): boolean => {
    votes.fill(0);
    order.length = 0;
    let total = 0;
    for (let s = 0; s < tables.length; s++) {
      if (members.active[s]?.[i] !== 1) continue;
      const { index, places } = tables[s] as (typeof tables)[number];
      const at = places[index[i] as number];
      if (at === undefined) return false;
      const given = weighted ? (segments[s]?.weight as number) : 1;
      if (at >= 0) {
        if (votes[at] === 0) order.push(at);
        votes[at] = round((votes[at] as number) + given);
      }
      total = round(total + given);
    }
    const best = total === 0 ? -1 : count(votes, order, total);
    if (best >= 0) write(i, best, votes);
    return best >= 0;
  };
  return { result, run: combining(members, combine) };
}

/** Probabilities of the segments, combined category by category; `places` are those of a segment's categories. */
export function probabilitiesBlock(
  segments: readonly Segment[],
  places: readonly (readonly number[])[],
  values: readonly Value[],
  combine: (rows: readonly Float64Array[], weights: readonly number[]) => Float64Array,
  columns: ColumnSet,
): BlockKernel | undefined {
  const members = membersBlock(segments, 'all', columns);
  const reads = members?.kernels.map((kernel, s) => {
    const value = kernel.result({ of: 'value' });
    const own = (places[s] ?? []).map((_, index) => numbersOf(kernel.result({ of: 'probability', index })));
    return value === undefined || !complete(own) ? undefined : { value, own };
  });
  if (members === undefined || reads === undefined || !complete(reads)) return undefined;
  const { write, result } = categoryResults(values);
  const room = segments.map(() => new Float64Array(values.length));
  const rows: Float64Array[] = [];
  const weights: number[] = [];
  const answer = (i: number): boolean => {
    rows.length = 0;
    weights.length = 0;
    for (let s = 0; s < reads.length; s++) {
      if (members.active[s]?.[i] !== 1) continue;
      const { value, own } = reads[s] as (typeof reads)[number];
      if ('table' in value && value.table[value.index[i] as number] === undefined) return false;
      const row = room[s] as Float64Array;
      row.fill(0);
      for (let c = 0; c < own.length; c++) row[places[s]?.[c] as number] = own[c]?.(i) as number;
      if (row.some(Number.isNaN)) return false;
      rows.push(row);
      weights.push(segments[s]?.weight as number);
    }
    if (rows.length === 0) return false;
    const probabilities = combine(rows, weights);
    const best = indexOfMax(probabilities);
    if (best >= 0) write(i, best, probabilities);
    return best >= 0 && !probabilities.some(Number.isNaN);
  };
  return { result, run: combining(members, answer) };
}
