import { BLOCK } from '../../blocks/contract.js';
import { RecordError } from '../../errors.js';
import type { Frame } from '../../fields/frame.js';
import type { ModelResult } from '../contract.js';
import type { ForestPool } from '../tree/forest-pool.js';
import type { Walker } from '../tree/pool-walker.js';
import type { Kernel } from './forest-kernels.js';

/**
 * Runs an ensemble for one row, or for the rows of a block ahead of their scoring. A row whose features cannot be
 * read, or that a tree has no prediction for, is left to the general way.
 */
export class ForestRunner {
  readonly #pool: ForestPool;
  readonly #kernel: Kernel;
  readonly #result: (out: Float64Array, index: number) => ModelResult;
  readonly #walker: Walker;
  readonly #columns: readonly Float64Array[];
  readonly #out: Float64Array;
  /** Frames of the block that has been run ahead, by their place in it; undefined = not answered by it. */
  readonly #ahead: (Frame | undefined)[] = [];
  #misses = 0;

  constructor(
    pool: ForestPool,
    walker: Walker,
    kernel: Kernel,
    result: (out: Float64Array, index: number) => ModelResult,
  ) {
    this.#pool = pool;
    this.#kernel = kernel;
    this.#result = result;
    this.#walker = walker;
    this.#columns = pool.features.map(() => new Float64Array(BLOCK));
    this.#out = new Float64Array(kernel.width * BLOCK);
  }

  /** The features of a row; false where one of them refuses the row. */
  #gather(frame: Frame, row: number): boolean {
    const { features } = this.#pool;
    const columns = this.#columns;
    try {
      for (let i = 0; i < features.length; i++)
        (columns[i] as Float64Array)[row] = (features[i] as { value(f: Frame): number }).value(frame);
      return true;
    } catch (error) {
      if (error instanceof RecordError) return false;
      throw error;
    }
  }

  /** Walks a block of rows before they are scored one by one. */
  prepare(frames: readonly Frame[], count: number): void {
    this.#ahead.length = 0;
    // Features that come from earlier segments are not there yet: such a forest is not run ahead.
    if (this.#misses > 2 * BLOCK) return;
    for (let r = 0; r < count; r++) {
      const frame = frames[r] as Frame;
      const read = this.#gather(frame, r);
      this.#ahead[r] = read ? frame : undefined;
      if (read) continue;
      this.#misses++;
      for (const column of this.#columns) column[r] = 0;
    }
    const leaves = this.#walker.walk(this.#columns, count);
    if (!this.#kernel.run(leaves, count, this.#out)) this.#ahead.length = 0;
  }

  /** Forgets the block. */
  release(): void {
    this.#ahead.length = 0;
  }

  /** The result of a row; undefined where the general way has to find it. */
  run(frame: Frame): ModelResult | undefined {
    if (this.#ahead.length > 0 && this.#ahead[frame.place] === frame)
      return this.#result(this.#out, frame.place);
    if (!this.#gather(frame, 0)) return undefined;
    const leaves = this.#walker.walk(this.#columns, 1);
    return this.#kernel.run(leaves, 1, this.#out) ? this.#result(this.#out, 0) : undefined;
  }
}
