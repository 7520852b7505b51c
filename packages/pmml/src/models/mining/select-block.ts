import type { ColumnSet } from '../../blocks/column-set.js';
import type { BlockKernel, ResultColumn, ResultRequest } from '../../blocks/contract.js';
import { BLOCK, ROW } from '../../blocks/contract.js';
import type { Reader } from '../../fields/frame.js';
import type { Value } from '../../types/value.js';
import { numbersOf } from './ensemble-block.js';
import { membersBlock } from './members-block.js';
import type { Segment } from './segments.js';

/** The results of one request, by segment, brought together for the rows of a block. */
interface Merged {
  readonly column: ResultColumn;
  /** Takes row `i` from segment `s`; false where it is left to the row. */
  take(i: number, s: number): boolean;
}

/** The first segment whose predicate holds answers a row; `ids` are the segments', `categories` those of all. */
export function selectBlock(
  segments: readonly Segment[],
  ids: readonly string[],
  categories: readonly string[],
  /** Whether the next one answers where a segment has no prediction. */
  skips: boolean,
  columns: ColumnSet,
): BlockKernel | undefined {
  const members = membersBlock(segments, 'first', columns);
  if (members === undefined) return undefined;
  const { kernels, active } = members;
  const chosen = new Int32Array(BLOCK);
  const merged: Merged[] = [];
  const mergedBy = (ask: (s: number) => ResultRequest | undefined): ResultColumn | undefined => {
    const found: ResultColumn[] = [];
    for (const [s, kernel] of kernels.entries()) {
      const request = ask(s);
      const column = request && kernel.result(request);
      if (column === undefined) return undefined;
      found.push(column);
    }
    const all = merge(found);
    if (all !== undefined) merged.push(all);
    return all?.column;
  };
  const outputOf = (read: Reader): ((s: number) => ResultRequest | undefined) => {
    const name = segments.flatMap((s) => s.scored.outputs).find((o) => o.field.read === read)?.field.name;
    return (s) => segments[s]?.scored.outputs.find((o) => o.field.name === name)?.request;
  };
  // A prediction that is missing is left to the row: it must be looked at, whatever else is asked for.
  if (skips && mergedBy(() => ({ of: 'value' })) === undefined) return undefined;
  return {
    result: (request) => {
      switch (request.of) {
        case 'value':
          return mergedBy(() => request);
        case 'probability': {
          if (request.index < 0) return mergedBy(() => request);
          const category = categories[request.index] as string;
          return mergedBy((s) => {
            const index = segments[s]?.scored.model.categories?.indexOf(category) ?? -1;
            return index < 0 ? undefined : { of: 'probability', index };
          });
        }
        case 'output':
          return mergedBy(outputOf(request.read));
        case 'feature':
          return request.spec.feature === 'entityId' ? { index: chosen, table: ids } : undefined;
      }
    },
    run: (inputs, count, marks) => {
      members.run(inputs, count, marks);
      chosen.fill(-1, 0, count);
      for (let s = 0; s < active.length; s++) {
        const takesPart = active[s] as Uint8Array;
        for (let i = 0; i < count; i++) if (takesPart[i] === 1) chosen[i] = s;
      }
      for (let i = 0; i < count; i++) {
        const s = chosen[i] as number;
        if (s < 0) marks[i] = (marks[i] as number) | ROW.odd;
        if (((marks[i] as number) & ROW.odd) !== 0) continue;
        for (const { take } of merged) if (!take(i, s)) marks[i] = (marks[i] as number) | ROW.odd;
      }
    },
  };
}

/** Places in tables stay so where all segments have them; otherwise all have to be numbers. */
function merge(columns: readonly ResultColumn[]): Merged | undefined {
  const tables = columns.filter((c) => 'table' in c);
  return tables.length === columns.length ? mergeTables(tables) : mergeNumbers(columns);
}

function mergeTables(columns: readonly Extract<ResultColumn, { table: unknown }>[]): Merged {
  const starts: number[] = [];
  const table: Value[] = [];
  for (const column of columns) {
    starts.push(table.length);
    for (const value of column.table) table.push(value);
  }
  const index = new Int32Array(BLOCK);
  return {
    column: { index, table },
    take: (i, s) => {
      const place = (starts[s] as number) + (columns[s]?.index[i] as number);
      index[i] = place;
      return table[place] !== undefined;
    },
  };
}

function mergeNumbers(columns: readonly ResultColumn[]): Merged | undefined {
  const reads = columns.map(numbersOf);
  if (reads.includes(undefined)) return undefined;
  const numbers = new Float64Array(BLOCK);
  return {
    column: { numbers },
    take: (i, s) => {
      numbers[i] = reads[s]?.(i) as number;
      return !Number.isNaN(numbers[i]);
    },
  };
}
