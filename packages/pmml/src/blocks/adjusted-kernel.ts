import type { Value } from '../types/value.js';
import type { BlockKernel, ResultColumn } from './contract.js';
import { BLOCK, ROW } from './contract.js';

/**
 * A kernel whose prediction is rescaled, bounded and rounded by `adjust`. What becomes of a prediction that is missing
 * also changes its probabilities: such rows are left to `evaluate`. Undefined where the prediction is not to be had.
 */
export function adjustedKernel(
  kernel: BlockKernel,
  adjust: (value: Value) => Value,
): BlockKernel | undefined {
  const raw = kernel.result({ of: 'value' });
  if (raw === undefined) return undefined;
  const { value, run } = 'numbers' in raw ? numbers(raw.numbers, adjust) : places(raw, adjust);
  return {
    result: (request) => {
      if (request.of === 'value') return value;
      // What a model says of itself may look at the prediction as it was adjusted.
      return request.of === 'feature' ? undefined : kernel.result(request);
    },
    run: (inputs, count, marks) => {
      kernel.run(inputs, count, marks);
      run(count, marks);
    },
  };
}

interface Adjusting {
  readonly value: ResultColumn;
  run(count: number, marks: Uint8Array): void;
}

function numbers(from: Float64Array, adjust: (value: Value) => Value): Adjusting {
  const to = new Float64Array(BLOCK);
  return {
    value: { numbers: to },
    run: (count, marks) => {
      for (let i = 0; i < count; i++) {
        const x = adjust(from[i] as number) as number;
        to[i] = x;
        if (Number.isNaN(x)) marks[i] = (marks[i] as number) | ROW.odd;
      }
    },
  };
}

function places(
  { index, table }: Extract<ResultColumn, { table: unknown }>,
  adjust: (value: Value) => Value,
): Adjusting {
  const missing = Uint8Array.from(table, (value) => (value === undefined ? ROW.odd : 0));
  return {
    value: { index, table: table.map((value) => (value === undefined ? value : adjust(value))) },
    run: (count, marks) => {
      for (let i = 0; i < count; i++)
        marks[i] = (marks[i] as number) | (missing[index[i] as number] as number);
    },
  };
}
