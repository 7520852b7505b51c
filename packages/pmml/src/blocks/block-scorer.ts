import type { Answer } from '../answer.js';
import type { Layout } from '../fields/frame.js';
import type { ScoredModel } from '../models/contract.js';
import { BlockReader } from './block-reader.js';
import { ColumnSet } from './column-set.js';
import type { Computation } from './computation.js';
import type { BlockKernel } from './contract.js';
import { BLOCK, ROW } from './contract.js';
import type { Row } from './read-places.js';
import type { BuildRow } from './row-builder.js';

/** Scores blocks of rows by columns, as far as they are plain; says which rows are left to the general way. */
export class BlockScorer {
  readonly #kernel: BlockKernel;
  readonly #computations: readonly Computation[];
  readonly #reader: BlockReader;
  readonly #one: Row[] = [{}];
  readonly #marks = new Uint8Array(BLOCK);
  /** Builds the answer of row `i` of the block scored last; only for rows that are not odd. */
  readonly build: BuildRow;

  private constructor(kernel: BlockKernel, columns: ColumnSet, build: BuildRow, layout: Layout) {
    this.#kernel = kernel;
    this.#computations = columns.takeComputations();
    this.#reader = new BlockReader(columns.list, layout);
    this.build = build;
  }

  /** Undefined where the model or its answer takes more than columns. */
  static for(scored: ScoredModel, answer: Answer, layout: Layout): BlockScorer | undefined {
    const columns = new ColumnSet();
    const kernel = scored.block?.(columns);
    const build = kernel === undefined ? undefined : answer.ofBlock(kernel);
    if (kernel === undefined || build === undefined) return undefined;
    return new BlockScorer(kernel, columns, build, layout);
  }

  /** Scores `count` records from `at` on, at most `BLOCK`; answers their marks. */
  score(records: readonly Row[], at: number, count: number): Uint8Array {
    const marks = this.#marks;
    marks.fill(0, 0, count);
    this.#reader.read(records, at, count, marks);
    const { values } = this.#reader;
    for (const compute of this.#computations) compute(values, count, marks);
    this.#kernel.run(values, count, marks);
    return marks;
  }

  /** The answer of one record; undefined where it is odd. */
  one(record: Row): Record<string, unknown> | undefined {
    this.#one[0] = record;
    const marks = this.score(this.#one, 0, 1);
    return ((marks[0] as number) & ROW.odd) === 0 ? this.build(0) : undefined;
  }
}
