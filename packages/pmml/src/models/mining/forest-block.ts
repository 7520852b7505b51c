import type { ColumnSet } from '../../blocks/column-set.js';
import type { BlockKernel, ResultColumn } from '../../blocks/contract.js';
import { BLOCK, NEVER, ROW } from '../../blocks/contract.js';
import type { Value } from '../../types/value.js';
import { columnsOf } from '../tree/column-walk.js';
import type { ForestPool } from '../tree/forest-pool.js';
import type { Walker } from '../tree/pool-walker.js';
import type { Kernel } from './forest-kernels.js';

/** An ensemble over a block; `categories` are its categories as values, for classifications. */
export function forestBlock(
  pool: ForestPool,
  walker: Walker,
  kernel: Kernel,
  categories: readonly Value[] | undefined,
  columns: ColumnSet,
): BlockKernel | undefined {
  const places = columnsOf(pool.features, columns);
  if (places === undefined) return undefined;
  const features: Float64Array[] = [];
  const { width } = kernel;
  const out = new Float64Array(width * BLOCK);
  const index = new Int32Array(BLOCK);
  const probabilities = (categories ?? []).map(() => new Float64Array(BLOCK));
  return {
    result: (request): ResultColumn | undefined => {
      if (request.of === 'value')
        return categories === undefined ? { numbers: out } : { index, table: categories };
      if (request.of !== 'probability' || categories === undefined) return undefined;
      if (request.index < 0) return NEVER;
      const numbers = probabilities[request.index];
      return numbers === undefined ? undefined : { numbers };
    },
    run: (inputs, count, marks) => {
      for (let f = 0; f < places.length; f++) features[f] = inputs[places[f] as number] as Float64Array;
      const complete = kernel.run(walker.walk(features, count), count, out);
      for (let r = 0; r < count; r++) {
        const at = r * width;
        // The first number of a row tells whether the row has any.
        if (!complete && Number.isNaN(out[at])) marks[r] = (marks[r] as number) | ROW.odd;
        if (categories === undefined) continue;
        for (let c = 0; c < probabilities.length; c++)
          (probabilities[c] as Float64Array)[r] = out[at + c] as number;
        index[r] = out[at + width - 1] as number;
      }
    },
  };
}
