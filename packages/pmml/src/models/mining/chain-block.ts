import type { ColumnSet } from '../../blocks/column-set.js';
import type { Computation } from '../../blocks/computation.js';
import type { BlockCompiler, BlockKernel, ResultColumn } from '../../blocks/contract.js';
import { ROW } from '../../blocks/contract.js';
import type { Reader } from '../../fields/frame.js';
import type { Segment } from './segments.js';

/**
 * A chain over a block: kernel after kernel, each of which may read what those before it have found. Undefined where
 * segments depend on the row, or one of them has no kernel. `categories` are those of the chain.
 */
export function chainBlock(
  segments: readonly Segment[],
  categories: readonly string[],
): BlockCompiler | undefined {
  const always = segments.every(
    ({ predicate, scored }) => predicate === undefined && scored.block !== undefined,
  );
  const last = segments.at(-1)?.scored.model.categories ?? [];
  const same = last.length === categories.length && last.every((c, i) => c === categories[i]);
  return always ? (columns) => compile(segments, same, columns) : undefined;
}

function compile(
  segments: readonly Segment[],
  /** Whether the answering segment has the categories of the chain. */
  same: boolean,
  columns: ColumnSet,
): BlockKernel | undefined {
  const steps: Computation[] = [];
  const outputs = new Map<Reader, ResultColumn>();
  const names = new Set<string>();
  const last = segments.at(-1)?.scored;
  let answering: BlockKernel | undefined;
  for (const { scored } of segments) {
    const kernel = scored.block?.(columns);
    if (kernel === undefined) return undefined;
    answering = kernel;
    // What is computed of the outputs of earlier segments comes after these.
    steps.push(...columns.takeComputations(), (inputs, count, marks) => kernel.run(inputs, count, marks));
    if (scored !== last) steps.push(...missingIsOdd(kernel));
    for (const { field, request } of scored.outputs) {
      const column = request === undefined ? undefined : kernel.result(request);
      if (column === undefined) return undefined;
      // Where the last of equal names is missing, the one before it answers: that is left to the rows.
      if (names.has(field.name) && 'table' in column && column.table.includes(undefined)) return undefined;
      names.add(field.name);
      outputs.set(field.read, column);
      columns.produce(field.read, column);
    }
  }
  return {
    result: (request) => {
      if (request.of === 'output') return outputs.get(request.read);
      // Probabilities of categories that only an earlier segment knows are missing, which no column can tell.
      return request.of === 'probability' && !same ? undefined : answering?.result(request);
    },
    run: (inputs, count, marks) => {
      for (const step of steps) step(inputs, count, marks);
    },
  };
}

/** A prediction that is missing may end the chain; numbers that are missing are odd rows anyway. */
function missingIsOdd(kernel: BlockKernel): Computation[] {
  const value = kernel.result({ of: 'value' });
  if (value === undefined || !('table' in value) || !value.table.includes(undefined)) return [];
  const { index } = value;
  const odd = Uint8Array.from(value.table, (v) => (v === undefined ? ROW.odd : 0));
  return [
    (_, count, marks) => {
      for (let i = 0; i < count; i++) marks[i] = (marks[i] as number) | (odd[index[i] as number] as number);
    },
  ];
}
