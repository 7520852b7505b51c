import type { Compute } from '../../blocks/computation.js';
import { ODD } from '../../blocks/computation.js';
import type { DataType } from '../../types/data-type.js';
import { columnsOf } from '../columns.js';
import type { FunctionCompiler } from './contract.js';
import { arity, numeric, widest } from './contract.js';

/** A function of any number of numbers; missing ones are left out, and nothing left is missing. */
function aggregate(run: (values: number[]) => number, type: 'widest' | 'double'): FunctionCompiler {
  return (args, element) => {
    arity(args, element, 1, Infinity);
    const reads = args.map((a) => numeric(a, element));
    const common = args.map((a) => a.dataType).reduce((a, b) => widest(a, b)) as DataType;
    const dataType = type === 'double' ? (common === 'float' ? 'float' : 'double') : common;
    const float = dataType === 'float';
    return {
      dataType,
      read: (frame) => {
        const values: number[] = [];
        for (const read of reads) {
          const value = read(frame);
          if (value !== undefined) values.push(value);
        }
        if (values.length === 0) return undefined;
        const value = run(values);
        return float ? Math.fround(value) : value;
      },
      column: (columns) => {
        const places = columnsOf(args, columns);
        return places && columns.compute(places, aggregating(run, float));
      },
    };
  };
}

/** The same over columns. */
function aggregating(run: (values: number[]) => number, float: boolean): Compute {
  return (from, count, out) => {
    for (let i = 0; i < count; i++) {
      const values: number[] = [];
      for (const x of from) if (!Number.isNaN(x[i])) values.push(x[i] as number);
      out[i] = values.length === 0 ? Number.NaN : float ? Math.fround(run(values)) : run(values);
      if (values.length > 0 && Number.isNaN(out[i])) out[i] = ODD;
    }
  };
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const v of values) total += v;
  return total;
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  const upper = values[middle] as number;
  return values.length % 2 === 1 ? upper : ((values[middle - 1] as number) + upper) / 2;
}

export const AGGREGATES: Readonly<Record<string, FunctionCompiler>> = {
  min: aggregate((v) => v.reduce((a, b) => Math.min(a, b)), 'widest'),
  max: aggregate((v) => v.reduce((a, b) => Math.max(a, b)), 'widest'),
  sum: aggregate(sum, 'widest'),
  avg: aggregate((v) => sum(v) / v.length, 'double'),
  median: aggregate(median, 'double'),
  product: aggregate((v) => v.reduce((a, b) => a * b, 1), 'widest'),
};
