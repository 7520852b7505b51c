import { BLOCK } from '../../blocks/contract.js';
import type { WasmFunction } from '../../wasm/assemble.js';
import type { Bytes } from '../../wasm/encoding.js';
import { get, i8x16, i16x8, i32, i32x4, repeat, set, v128, when } from '../../wasm/instructions.js';

/*
 * The walk of a whole block through small trees, from the leaves up: nothing walks. A column is a byte per row, and each
 * node makes one of two others: for every row it takes the leaf its yes side has found or that of its no side. So the
 * column of the root holds the leaves of all rows. Every node of a tree is visited, but sixteen rows at a time.
 *
 *   ranks of a feature   -128 … 127   one column per feature; yes where below the limit of the node
 *   pair                 limit, yes ^ no, no, -, column of ranks (i32)       both children are leaves
 *   node                 limit, -, -, -, columns (i32): ranks, yes, no       children come before their parents
 *   tree                 ends of its pairs and nodes, column of its root, number of its first leaf (i32)
 */

export const COLUMN_BYTES = BLOCK;
export const PAIR_BYTES = 8;
export const INNER_BYTES = 16;
export const TREE_BYTES = 16;
const VECTOR = 16;
const WORD = 4;

/**
 * `block(trees, treesEnd, pairs, nodes, columns, rowsBytes, out)`: the leaf of every row of a block in every tree; tree
 * `t` has them at `out + t · rowsBytes`. Rows up to a whole block are written over. `columns` is room for the columns of
 * a tree.
 */
export function blockFunction(): WasmFunction {
  const [tree, treesEnd, pair, node, columns, rowsBytes, out] = [0, 1, 2, 3, 4, 5, 6] as const;
  const [column, end, ranks, yes, no] = [7, 8, 9, 10, 11] as const;
  const [limit, difference, other, low, high] = [12, 13, 14, 15, 16] as const;
  const advance = (pointer: number, bytes: number): Bytes =>
    set(pointer, i32.add(get(pointer), i32.const(bytes)));
  const parts = Array.from({ length: COLUMN_BYTES / VECTOR }, (_, v) => v * VECTOR);
  const below = (offset: number): Bytes => i8x16.less(v128.load(get(ranks), offset), get(limit));

  const pairs = repeat(
    [
      set(limit, v128.loadByteSplat(get(pair))),
      set(difference, v128.loadByteSplat(get(pair), 1)),
      set(other, v128.loadByteSplat(get(pair), 2)),
      set(ranks, i32.load(get(pair), WORD)),
      ...parts.map((offset) =>
        v128.store(get(column), v128.xor(get(other), v128.and(get(difference), below(offset))), offset),
      ),
      advance(column, COLUMN_BYTES),
      advance(pair, PAIR_BYTES),
    ],
    i32.lessUnsigned(get(pair), get(end)),
  );
  const nodes = repeat(
    [
      set(limit, v128.loadByteSplat(get(node))),
      set(ranks, i32.load(get(node), WORD)),
      set(yes, i32.load(get(node), 2 * WORD)),
      set(no, i32.load(get(node), 3 * WORD)),
      ...parts.map((offset) =>
        v128.store(
          get(column),
          v128.select(below(offset), v128.load(get(yes), offset), v128.load(get(no), offset)),
          offset,
        ),
      ),
      advance(column, COLUMN_BYTES),
      advance(node, INNER_BYTES),
    ],
    i32.lessUnsigned(get(node), get(end)),
  );
  /** Four bytes become four words each: sixteen leaves of the tree, sixteen leaves of the forest. */
  const widened = (offset: number): Bytes[] => [
    set(low, i16x8.extendLow(v128.load(get(yes), offset))),
    set(high, i16x8.extendHigh(v128.load(get(yes), offset))),
    ...[
      i32x4.extendLow(get(low)),
      i32x4.extendHigh(get(low)),
      i32x4.extendLow(get(high)),
      i32x4.extendHigh(get(high)),
    ].map((words, q) => v128.store(get(out), i32x4.add(words, get(other)), offset * WORD + q * VECTOR)),
  ];
  const all = repeat(
    [
      set(column, get(columns)),
      set(end, i32.load(get(tree))),
      when(i32.lessUnsigned(get(pair), get(end)), [pairs]),
      set(end, i32.load(get(tree), WORD)),
      when(i32.lessUnsigned(get(node), get(end)), [nodes]),
      set(yes, i32.load(get(tree), 2 * WORD)),
      set(other, i32x4.splat(i32.load(get(tree), 3 * WORD))),
      ...parts.flatMap(widened),
      set(out, i32.add(get(out), get(rowsBytes))),
      advance(tree, TREE_BYTES),
    ],
    i32.lessUnsigned(get(tree), get(treesEnd)),
  );
  return {
    name: 'block',
    params: Array<'i32'>(7).fill('i32'),
    locals: [...Array<'i32'>(5).fill('i32'), ...Array<'v128'>(5).fill('v128')],
    body: [all],
  };
}
