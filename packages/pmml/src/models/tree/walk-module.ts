import type { WasmFunction } from '../../wasm/assemble.js';
import type { Bytes } from '../../wasm/encoding.js';
import type { Instantiate } from '../../wasm/instantiate.js';
import { compileWasm } from '../../wasm/instantiate.js';
import { get, i32, repeat, set } from '../../wasm/instructions.js';
import { blockFunction } from './block-walk-module.js';

/*
 * The walk through ranked trees. A node is four words: where the row has the rank it asks for (bytes from the row's
 * first), the rank from which on the answer is no, and the nodes for yes and for no. Leaves come behind all other nodes
 * and lead to themselves, so a walk may go on at a leaf; nothing branches on what a row holds. Walks run side by side,
 * so that their loads overlap.
 */

export const NODE_BYTES = 16;
const NODE_BITS = 4;
export const WORD = 4;
/** Walks side by side. */
export const LANES = 8;
/** Steps between two looks at whether all have arrived. */
const STEPS = 2;

/** Replaces the node in the local `n` by the one that the row, whose ranks begin at `ranks`, is led to. */
function step(n: number, ranks: Bytes): Bytes {
  const rank = i32.load(i32.add(ranks, i32.load(get(n))));
  // -1 for yes, 0 for no: the word before the one for no.
  const answer = i32.shr(i32.sub(rank, i32.load(get(n), WORD)), 31);
  return set(n, i32.load(i32.add(get(n), i32.shl(answer, 2)), 3 * WORD));
}

/** Walks all lanes to their leaves, and writes the numbers of these one after another. */
function walk(nodes: readonly number[], ranks: (lane: number) => Bytes, leaves: Bytes, out: Bytes): Bytes[] {
  const ahead = nodes.map((n) => i32.sub(get(n), leaves)).reduce((a, b) => i32.or(a, b));
  return [
    repeat(
      Array.from({ length: STEPS }, () => nodes.map((n, lane) => step(n, ranks(lane)))).flat(),
      i32.less(ahead, i32.const(0)),
    ),
    ...nodes.map((n, lane) => i32.store(out, i32.shr(i32.sub(get(n), leaves), NODE_BITS), lane * WORD)),
  ];
}

/**
 * `rows(entries, entriesEnd, ranks, rowBytes, count, leaves, out)`: the leaf of every row in every tree; tree `t` has its
 * `count` rows at `out + t · count`. Rows up to a whole group of LANES are walked and overwritten.
 */
function rowsFunction(): WasmFunction {
  const [entries, entriesEnd, ranks, rowBytes, count, leaves, out] = [0, 1, 2, 3, 4, 5, 6] as const;
  const [to, end] = [7, 8] as const;
  const nodes = Array.from({ length: LANES }, (_, lane) => 9 + lane);
  const rows = nodes.map((n) => n + LANES);
  const group = repeat(
    [
      ...nodes.map((n) => set(n, i32.load(get(entries)))),
      ...walk(nodes, (lane) => get(rows[lane] as number), get(leaves), get(to)),
      ...rows.map((row, lane) =>
        set(
          row,
          i32.add(get(lane === 0 ? (rows[LANES - 1] as number) : (rows[lane - 1] as number)), get(rowBytes)),
        ),
      ),
      set(to, i32.add(get(to), i32.const(LANES * WORD))),
    ],
    i32.lessUnsigned(get(to), get(end)),
  );
  const tree = repeat(
    [
      set(to, get(out)),
      set(end, i32.add(get(out), i32.shl(get(count), 2))),
      ...rows.map((row, lane) =>
        set(row, lane === 0 ? get(ranks) : i32.add(get(rows[lane - 1] as number), get(rowBytes))),
      ),
      group,
      set(out, get(end)),
      set(entries, i32.add(get(entries), i32.const(WORD))),
    ],
    i32.lessUnsigned(get(entries), get(entriesEnd)),
  );
  return {
    name: 'rows',
    params: Array<'i32'>(7).fill('i32'),
    locals: Array<'i32'>(2 + 2 * LANES).fill('i32'),
    body: [tree],
  };
}

/**
 * `trees(entries, entriesEnd, ranks, leaves, out)`: the leaf of one row in every tree. Entries up to a whole group of
 * LANES are walked.
 */
function treesFunction(): WasmFunction {
  const [entries, entriesEnd, ranks, leaves, out] = [0, 1, 2, 3, 4] as const;
  const nodes = Array.from({ length: LANES }, (_, lane) => 5 + lane);
  const group = repeat(
    [
      ...nodes.map((n, lane) => set(n, i32.load(get(entries), lane * WORD))),
      ...walk(nodes, () => get(ranks), get(leaves), get(out)),
      set(entries, i32.add(get(entries), i32.const(LANES * WORD))),
      set(out, i32.add(get(out), i32.const(LANES * WORD))),
    ],
    i32.lessUnsigned(get(entries), get(entriesEnd)),
  );
  return {
    name: 'trees',
    params: Array<'i32'>(5).fill('i32'),
    locals: Array<'i32'>(LANES).fill('i32'),
    body: [group],
  };
}

let compiled: Instantiate | undefined | null = null;

/** Compiled when it is first needed; undefined where there is no WebAssembly, without `block` where it has no vectors. */
export function walkModule(): Instantiate | undefined {
  if (compiled !== null) return compiled;
  const walks = [rowsFunction(), treesFunction()];
  compiled = compileWasm([...walks, blockFunction()]) ?? compileWasm(walks);
  return compiled;
}
