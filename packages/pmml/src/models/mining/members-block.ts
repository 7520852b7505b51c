import type { ColumnSet } from '../../blocks/column-set.js';
import type { Computation } from '../../blocks/computation.js';
import type { BlockKernel } from '../../blocks/contract.js';
import { BLOCK } from '../../blocks/contract.js';
import { firstHolding } from '../tree/first-holding.js';
import type { Segment } from './segments.js';

/** The segments of an ensemble over a block: each scores all rows, and answers for those it takes part in. */
export interface Members {
  readonly kernels: readonly BlockKernel[];
  /** By segment: 1 for the rows that it takes part in. */
  readonly active: readonly Uint8Array[];
  /** Rows are odd where they are for a segment that takes part in them. */
  run(inputs: readonly Float64Array[], count: number, marks: Uint8Array): void;
}

/** Each member has columns of its own: more of them are left to the rows. */
const MOST = 256;

/** `which`: all segments whose predicate holds take part, or the first of them. */
export function membersBlock(
  segments: readonly Segment[],
  which: 'all' | 'first',
  columns: ColumnSet,
): Members | undefined {
  if (segments.length > MOST) return undefined;
  const active = segments.map(() => new Uint8Array(BLOCK));
  const choose =
    which === 'first' ? chooseFirst(segments, active, columns) : chooseAll(segments, active, columns);
  const kernels: BlockKernel[] = [];
  for (const { scored } of segments) {
    const kernel = choose && scored.block?.(columns);
    if (kernel === undefined) return undefined;
    kernels.push(kernel);
  }
  const before = columns.takeComputations();
  const own = new Uint8Array(BLOCK);
  return {
    kernels,
    active,
    run: (inputs, count, marks) => {
      for (const step of before) step(inputs, count, marks);
      choose?.(inputs, count, marks);
      for (let s = 0; s < kernels.length; s++) {
        own.set(marks);
        kernels[s]?.run(inputs, count, own);
        const takesPart = active[s] as Uint8Array;
        for (let i = 0; i < count; i++)
          if (takesPart[i] === 1) marks[i] = (marks[i] as number) | (own[i] as number);
      }
    },
  };
}

function chooseAll(
  segments: readonly Segment[],
  active: readonly Uint8Array[],
  columns: ColumnSet,
): Computation | undefined {
  const steps: Computation[] = [];
  for (const [s, { predicate, test, element }] of segments.entries()) {
    const takesPart = active[s] as Uint8Array;
    takesPart.fill(1);
    if (predicate === undefined) continue;
    const find = firstHolding([test], element, columns);
    if (find === undefined) return undefined;
    const found = new Int32Array(BLOCK);
    steps.push((inputs, count, marks) => {
      find(inputs, count, marks, found);
      for (let i = 0; i < count; i++) takesPart[i] = found[i] === 1 ? 1 : 0;
    });
  }
  return (inputs, count, marks) => {
    for (const step of steps) step(inputs, count, marks);
  };
}

function chooseFirst(
  segments: readonly Segment[],
  active: readonly Uint8Array[],
  columns: ColumnSet,
): Computation | undefined {
  const tests = segments.map(({ test }) => test);
  const find = firstHolding(tests, (segments[0] as Segment).element, columns);
  if (find === undefined) return undefined;
  const found = new Int32Array(BLOCK);
  return (inputs, count, marks) => {
    find(inputs, count, marks, found);
    active.forEach((takesPart, s) => {
      for (let i = 0; i < count; i++) takesPart[i] = found[i] === s + 1 ? 1 : 0;
    });
  };
}
