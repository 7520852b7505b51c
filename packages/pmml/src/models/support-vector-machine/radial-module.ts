import { EXP } from '../../math/exp.js';
import type { WasmFunction } from '../../wasm/assemble.js';
import type { Bytes } from '../../wasm/encoding.js';
import type { Instantiate } from '../../wasm/instantiate.js';
import { compileWasm } from '../../wasm/instantiate.js';
import { f64x2, get, i32, i32x4, i64x2, repeat, set, v128 } from '../../wasm/instructions.js';
import { LANES } from './kernel-values.js';

/*
 * The work of a machine with a radial kernel on four rows at a time, in vector instructions. Lanes are rows: what the
 * rows have in component i lies together, and so do their values with vector v. Each lane does exactly the operations of
 * the JavaScript way (kernel-values.ts, machine.ts) in the same order, so that both give the same bits.
 */

/** Bytes of four doubles, one per row. */
export const QUAD = 32;
const HALF = 16;
const DOUBLE = 8;

/**
 * `values(x, xEnd, norms4, matrix, matrixEnd, norms, fractions, minusGamma, out)`: values of four rows with each vector.
 * x: their components; norms4: their squared norms; matrix and norms: as in kernel-values.ts, in groups of LANES.
 */
function valuesFunction(): WasmFunction {
  const [x, xEnd, norms4, matrix, matrixEnd, norms, fractions, minusGamma, out] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8,
  ] as const;
  const params = [...Array<'i32'>(7).fill('i32'), 'f64', 'i32'] as const;
  let next: number = params.length;
  const locals: ('i32' | 'v128')[] = [];
  const local = (type: 'i32' | 'v128'): number => {
    locals.push(type);
    return next++;
  };
  const i = local('i32');
  const component = [local('v128'), local('v128')] as const;
  const weight = local('v128');
  const temporary = [local('v128'), local('v128'), local('v128')] as const;
  /** Of each vector of a group, with both halves of the rows. */
  const sums = Array.from({ length: LANES }, () => [local('v128'), local('v128')] as const);
  const half = (address: Bytes, h: number): Bytes => v128.load(address, h * HALF);
  const advance = (pointer: number, bytes: number): Bytes =>
    set(pointer, i32.add(get(pointer), i32.const(bytes)));

  const products = repeat(
    [
      ...component.map((c, h) => set(c, half(get(i), h))),
      ...sums.flatMap((pair, v) => [
        set(weight, v128.loadSplat(get(matrix), v * DOUBLE)),
        ...pair.map((sum, h) =>
          set(sum, f64x2.add(get(sum), f64x2.mul(get(component[h] as number), get(weight)))),
        ),
      ]),
      advance(i, QUAD),
      advance(matrix, LANES * DOUBLE),
    ],
    i32.lessUnsigned(get(i), get(xEnd)),
  );
  const value = (sum: number, v: number, h: number): readonly Bytes[] => {
    const both = f64x2.add(half(get(norms4), h), v128.loadSplat(get(norms), v * DOUBLE));
    const distance = f64x2.sub(both, f64x2.mul(f64x2.const(2), get(sum)));
    return [
      set(sum, f64x2.mul(f64x2.splat(get(minusGamma)), f64x2.pseudoMax(distance, f64x2.const(0)))),
      ...exponential(sum, temporary, get(fractions)),
      v128.store(get(out), get(sum), v * QUAD + h * HALF),
    ];
  };
  const group = repeat(
    [
      set(i, get(x)),
      ...sums.flat().map((sum) => set(sum, f64x2.const(0))),
      products,
      ...sums.flatMap((pair, v) => pair.flatMap((sum, h) => value(sum, v, h))),
      advance(norms, LANES * DOUBLE),
      advance(out, LANES * QUAD),
    ],
    i32.lessUnsigned(get(matrix), get(matrixEnd)),
  );
  return { name: 'values', params, locals, body: [group] };
}

/** Replaces both lanes of the local `x`, which are ≤ 0 or NaN, by their exponential: `expNegative`, step by step. */
function exponential(
  x: number,
  [rounded, rest, fraction]: readonly [number, number, number],
  fractions: Bytes,
): readonly Bytes[] {
  const { perUnit, rounder, high, low, shift, steps, lowest } = EXP;
  const turns = f64x2.sub(get(rounded), f64x2.const(rounder));
  // The low half of a rounded double is the whole number.
  const index = (lane: number): Bytes => i32.and(i32x4.lane(get(rounded), 2 * lane), i32.const(steps - 1));
  const place = (lane: number): Bytes => i32.add(fractions, i32.shl(index(lane), 3));
  const inner = f64x2.add(f64x2.const(0.5), f64x2.mul(get(rest), f64x2.const(1 / 6)));
  const series = f64x2.mul(get(rest), f64x2.add(f64x2.const(1), f64x2.mul(get(rest), inner)));
  // What stands above the index goes to where a double has its exponent.
  const turned = v128.and(get(rounded), i64x2.const(-BigInt(steps)));
  const power = i64x2.add(i64x2.shl(turned, 52 - shift), i64x2.const(1023n << 52n));
  const found = f64x2.mul(f64x2.add(get(fraction), f64x2.mul(get(fraction), series)), power);
  return [
    set(rounded, f64x2.add(f64x2.mul(get(x), f64x2.const(perUnit)), f64x2.const(rounder))),
    set(
      rest,
      f64x2.sub(f64x2.sub(get(x), f64x2.mul(turns, f64x2.const(high))), f64x2.mul(turns, f64x2.const(low))),
    ),
    set(fraction, v128.loadSecond(place(1), v128.loadFirst(place(0)))),
    set(x, v128.without(found, f64x2.less(get(x), f64x2.const(lowest)))),
  ];
}

/**
 * `decide(support, weights, weightsEnd, values, bias, out)`: decision values of four rows. support: places of the
 * vectors among the values, in bytes; weights: their coefficients, one at least.
 */
function decideFunction(): WasmFunction {
  const [support, weights, weightsEnd, values, bias, out] = [0, 1, 2, 3, 4, 5] as const;
  const params = ['i32', 'i32', 'i32', 'i32', 'f64', 'i32'] as const;
  const [at, weight, sum0, sum1] = [6, 7, 8, 9] as const;
  const sums = [sum0, sum1];
  return {
    name: 'decide',
    params,
    locals: ['i32', 'v128', 'v128', 'v128'],
    body: [
      ...sums.map((sum) => set(sum, f64x2.splat(get(bias)))),
      repeat(
        [
          set(at, i32.add(get(values), i32.load(get(support)))),
          set(weight, v128.loadSplat(get(weights))),
          ...sums.map((sum, h) =>
            set(sum, f64x2.add(get(sum), f64x2.mul(get(weight), v128.load(get(at), h * HALF)))),
          ),
          set(support, i32.add(get(support), i32.const(4))),
          set(weights, i32.add(get(weights), i32.const(DOUBLE))),
        ],
        i32.lessUnsigned(get(weights), get(weightsEnd)),
      ),
      ...sums.map((sum, h) => v128.store(get(out), get(sum), h * HALF)),
    ],
  };
}

let compiled: Instantiate | undefined | null = null;

/** Compiled when it is first needed; undefined where there are no vector instructions. */
export function radialModule(): Instantiate | undefined {
  if (compiled === null) compiled = compileWasm([valuesFunction(), decideFunction()]);
  return compiled;
}
