import type { BlockKernel, ResultColumn } from './contract.js';
import { BLOCK } from './contract.js';

/**
 * A kernel whose results may be asked for in single precision (`rounded`); with `always` its prediction is, whatever
 * is asked.
 */
export function roundedKernel(kernel: BlockKernel, always: boolean): BlockKernel {
  const columns: { readonly from: Float64Array; readonly to: Float64Array }[] = [];
  const round = (column: ResultColumn): ResultColumn => {
    if ('table' in column) {
      const table = column.table.map((value) => (typeof value === 'number' ? Math.fround(value) : value));
      return { index: column.index, table };
    }
    const from = column.numbers;
    const to = columns.find((each) => each.from === from)?.to ?? new Float64Array(BLOCK);
    if (!columns.some((each) => each.to === to)) columns.push({ from, to });
    return { numbers: to };
  };
  return {
    result: (request) => {
      const column = kernel.result(request);
      const asked = (request.of === 'value' || request.of === 'probability') && request.rounded === true;
      return column !== undefined && (asked || (always && request.of === 'value')) ? round(column) : column;
    },
    run: (inputs, count, marks) => {
      kernel.run(inputs, count, marks);
      for (const { from, to } of columns)
        for (let i = 0; i < count; i++) to[i] = Math.fround(from[i] as number);
    },
  };
}
