import type { Bytes } from './encoding.js';
import { double, signed, unsigned } from './encoding.js';

/*
 * Instructions as expressions: `f64x2.add(a, b)` is the code of `a`, that of `b`, and the addition. Those that are used,
 * no more. Addresses are bytes.
 */

const SIMD = 0xfd;
/** Alignment is a hint only; 3 = eight bytes. */
const memory = (offset: number): Bytes => [3, ...unsigned(offset)];
const vector = (code: number, ...operands: readonly Bytes[]): Bytes => [
  ...operands.flat(),
  SIMD,
  ...unsigned(code),
];

export const get = (local: number): Bytes => [0x20, ...unsigned(local)];
export const set = (local: number, value: Bytes): Bytes => [...value, 0x21, ...unsigned(local)];

/** Runs `body` once, and again as long as `condition` holds. */
export const repeat = (body: readonly Bytes[], condition: Bytes): Bytes => [
  ...[0x03, 0x40],
  ...body.flat(),
  ...condition,
  ...[0x0d, 0x00],
  0x0b,
];

/** Runs `body` where `condition` holds. */
export const when = (condition: Bytes, body: readonly Bytes[]): Bytes => [
  ...condition,
  ...[0x04, 0x40],
  ...body.flat(),
  0x0b,
];

export const i32 = {
  const: (value: number): Bytes => [0x41, ...signed(value)],
  add: (a: Bytes, b: Bytes): Bytes => [...a, ...b, 0x6a],
  sub: (a: Bytes, b: Bytes): Bytes => [...a, ...b, 0x6b],
  and: (a: Bytes, b: Bytes): Bytes => [...a, ...b, 0x71],
  or: (a: Bytes, b: Bytes): Bytes => [...a, ...b, 0x72],
  shl: (a: Bytes, bits: number): Bytes => [...a, ...i32.const(bits), 0x74],
  /** Keeps the sign. */
  shr: (a: Bytes, bits: number): Bytes => [...a, ...i32.const(bits), 0x75],
  less: (a: Bytes, b: Bytes): Bytes => [...a, ...b, 0x48],
  lessUnsigned: (a: Bytes, b: Bytes): Bytes => [...a, ...b, 0x49],
  load: (address: Bytes, offset = 0): Bytes => [...address, 0x28, 2, ...unsigned(offset)],
  store: (address: Bytes, value: Bytes, offset = 0): Bytes => [
    ...address,
    ...value,
    ...[0x36, 2],
    ...unsigned(offset),
  ],
};

export const v128 = {
  load: (address: Bytes, offset = 0): Bytes => [...vector(0x00, address), ...memory(offset)],
  /** The double at the address, in both lanes. */
  loadSplat: (address: Bytes, offset = 0): Bytes => [...vector(0x0a, address), ...memory(offset)],
  /** The byte at the address, in all sixteen lanes. */
  loadByteSplat: (address: Bytes, offset = 0): Bytes => [
    ...vector(0x07, address),
    ...[0, ...unsigned(offset)],
  ],
  /** The double at the address in the first lane, 0 in the second. */
  loadFirst: (address: Bytes): Bytes => [...vector(0x5d, address), ...memory(0)],
  /** `value` with the double at the address in its second lane. */
  loadSecond: (address: Bytes, value: Bytes): Bytes => [...vector(0x57, address, value), ...memory(0), 1],
  store: (address: Bytes, value: Bytes, offset = 0): Bytes => [
    ...vector(0x0b, address, value),
    ...memory(offset),
  ],
  and: (a: Bytes, b: Bytes): Bytes => vector(0x4e, a, b),
  xor: (a: Bytes, b: Bytes): Bytes => vector(0x51, a, b),
  /** The bits of `a` where `mask` has ones, those of `b` elsewhere. */
  select: (mask: Bytes, a: Bytes, b: Bytes): Bytes => vector(0x52, a, b, mask),
  /** The bits of `a` that are not set in `b`. */
  without: (a: Bytes, b: Bytes): Bytes => vector(0x4f, a, b),
};

export const f64x2 = {
  const: (value: number): Bytes => [SIMD, 0x0c, ...double(value), ...double(value)],
  splat: (value: Bytes): Bytes => vector(0x14, value),
  less: (a: Bytes, b: Bytes): Bytes => vector(0x49, a, b),
  add: (a: Bytes, b: Bytes): Bytes => vector(0xf0, a, b),
  sub: (a: Bytes, b: Bytes): Bytes => vector(0xf1, a, b),
  mul: (a: Bytes, b: Bytes): Bytes => vector(0xf2, a, b),
  /** `b` where `a < b`, else `a`: not a number stays so. One instruction, which `max` is not. */
  pseudoMax: (a: Bytes, b: Bytes): Bytes => vector(0xf7, a, b),
};

/** Bits taken as bytes with a sign. */
export const i8x16 = {
  less: (a: Bytes, b: Bytes): Bytes => vector(0x25, a, b),
};

/** Bits taken as 16-bit integers. */
export const i16x8 = {
  /** The lower eight bytes, without a sign. */
  extendLow: (a: Bytes): Bytes => vector(0x89, a),
  extendHigh: (a: Bytes): Bytes => vector(0x8a, a),
};

/** Bits taken as 32-bit integers. */
export const i32x4 = {
  splat: (value: Bytes): Bytes => vector(0x11, value),
  /** The lower four 16-bit integers, without a sign. */
  extendLow: (a: Bytes): Bytes => vector(0xa9, a),
  extendHigh: (a: Bytes): Bytes => vector(0xaa, a),
  add: (a: Bytes, b: Bytes): Bytes => vector(0xae, a, b),
  lane: (a: Bytes, index: number): Bytes => [...vector(0x1b, a), index],
};

/** Bits taken as 64-bit integers. */
export const i64x2 = {
  const: (value: bigint): Bytes => {
    const half = [...new Uint8Array(BigInt64Array.of(value).buffer)];
    return [SIMD, 0x0c, ...half, ...half];
  },
  add: (a: Bytes, b: Bytes): Bytes => vector(0xce, a, b),
  shl: (a: Bytes, bits: number): Bytes => vector(0xcb, a, i32.const(bits)),
};
