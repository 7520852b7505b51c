import type { ColumnSet } from '../../blocks/column-set.js';
import type { BlockKernel, ResultColumn, ResultRequest } from '../../blocks/contract.js';
import { BLOCK, ROW } from '../../blocks/contract.js';
import type { Value } from '../../types/value.js';
import { columnsOf, stepTable, walkColumns, walkSteps } from './column-walk.js';
import type { Leaf } from './leaf.js';
import { isFault } from './leaf.js';
import type { FlatTree } from './tree-model.js';

/** One tree over a block: all that it answers are tables by leaf. */
export function treeBlock(
  { graph, features, leaves }: FlatTree,
  feature: (spec: ResultRequest) => ((leaf: Leaf) => Value) | undefined,
  columns: ColumnSet,
): BlockKernel | undefined {
  const places = columnsOf(features, columns);
  if (places === undefined) return undefined;
  const index = new Int32Array(BLOCK);
  const faulty = Uint8Array.from(leaves, (leaf) => (isFault(leaf) ? ROW.odd : 0));
  const steps = stepTable(graph);
  const block = new Float64Array(Math.max(1, places.length) * BLOCK);
  return {
    result: (request): ResultColumn | undefined => {
      if (request.of === 'output') return undefined;
      const read = request.of === 'feature' ? feature(request) : readerOf(request);
      return read === undefined ? undefined : { index, table: leaves.map(read) };
    },
    run: (inputs, count, marks) => {
      if (steps !== undefined && count > 1) {
        for (let c = 0; c < places.length; c++) {
          block.set(inputs[places[c] as number] as Float64Array, c * BLOCK);
        }
        walkSteps(steps, block, BLOCK, count, index);
      }
      for (let i = 0; i < count; i++) {
        if (steps === undefined || count === 1 || ((marks[i] as number) & ROW.hole) !== 0)
          index[i] = walkColumns(graph, places, inputs, i);
        marks[i] = (marks[i] as number) | (faulty[index[i] as number] as number);
      }
    },
  };
}

function readerOf(request: Exclude<ResultRequest, { of: 'feature' | 'output' }>): (leaf: Leaf) => Value {
  if (request.of === 'value') return (leaf) => leaf.value;
  return ({ probabilities }) => {
    if (request.index < 0) return probabilities === undefined ? undefined : 0;
    const p = probabilities?.[request.index];
    return p === undefined || Number.isNaN(p) ? undefined : p;
  };
}
