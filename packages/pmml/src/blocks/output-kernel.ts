import type { Reader } from '../fields/frame.js';
import type { OutputSlot } from '../models/contract.js';
import type { ColumnSet, ProducedColumn } from './column-set.js';
import type { BlockCompiler, BlockKernel, ResultColumn } from './contract.js';
import { ROW } from './contract.js';

/** A kernel with the numbers that its model's own outputs compute of each other. */
export function withOutputs(
  block: BlockCompiler | undefined,
  outputs: readonly OutputSlot[],
): BlockCompiler | undefined {
  const computes = outputs.some(
    ({ field, request }) => request?.of === 'output' && request.read === field.read,
  );
  if (block === undefined || !computes) return block;
  return (columns) => {
    const kernel = block(columns);
    return kernel && compile(kernel, outputs, columns);
  };
}

function compile(
  kernel: BlockKernel,
  outputs: readonly OutputSlot[],
  columns: ColumnSet,
): BlockKernel | undefined {
  const before = columns.takeComputations();
  const computed = new Map<Reader, Float64Array>();
  for (const { field, request } of outputs) {
    const { read } = field;
    if (request?.of === 'output' && request.read === read) {
      const numbers = numbersOf(read, columns);
      if (numbers === undefined) return undefined;
      computed.set(read, numbers);
    } else {
      const column = request && kernel.result(request);
      if (column !== undefined) columns.produce(read, column);
    }
  }
  const after = columns.takeComputations();
  return {
    result: (request): ResultColumn | undefined => {
      const numbers = request.of === 'output' ? computed.get(request.read) : undefined;
      return numbers === undefined ? kernel.result(request) : { numbers };
    },
    run: (inputs, count, marks) => {
      for (const step of before) step(inputs, count, marks);
      kernel.run(inputs, count, marks);
      for (const step of after) step(inputs, count, marks);
      for (const numbers of computed.values()) missingIsOdd(numbers, count, marks);
    },
  };
}

/** The numbers of an output; those that are an input's are copied, as an answer is built of results. */
function numbersOf(read: Reader, columns: ColumnSet): Float64Array | undefined {
  const place = columns.number(read);
  if (place === undefined) return undefined;
  const column = columns.list[place];
  if (column !== undefined && 'numbers' in column) return column.numbers;
  const copy = columns.list[columns.compute([place], ([from], _, out) => out.set(from as Float64Array))];
  return (copy as ProducedColumn).numbers;
}

/** An answer has null where an output is missing, which no column of numbers tells. */
function missingIsOdd(numbers: Float64Array, count: number, marks: Uint8Array): void {
  for (let i = 0; i < count; i++) if (Number.isNaN(numbers[i])) marks[i] = (marks[i] as number) | ROW.odd;
}
