import type { ForestPool } from './forest-pool.js';
import type { Walker } from './pool-walker.js';
import { poolWalker } from './pool-walker.js';
import { rankedWalker } from './ranked-walker.js';

/** The quickest walk that the forest allows. */
export function forestWalker(pool: ForestPool): Walker {
  return rankedWalker(pool) ?? poolWalker(pool);
}
