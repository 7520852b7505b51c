import { expect, test } from 'vitest';
import { signed, unsigned } from './encoding.js';
import { compileWasm } from './instantiate.js';
import { f64x2, get, i32, repeat, set, v128 } from './instructions.js';

test.each([
  [0, [0]],
  [127, [0x7f]],
  [128, [0x80, 0x01]],
  [624_485, [0xe5, 0x8e, 0x26]],
])('writes %i as LEB128', (value, bytes) => {
  expect(unsigned(value)).toEqual(bytes);
});

test.each([
  [0, [0]],
  [-1, [0x7f]],
  [64, [0xc0, 0x00]],
  [-64, [0x40]],
  [-123_456, [0xc0, 0xbb, 0x78]],
])('writes %i as LEB128 with its sign', (value, bytes) => {
  expect(signed(value)).toEqual(bytes);
});

test('runs what it has assembled, each instance in a memory of its own', () => {
  // from, end, to: twice each pair of doubles
  const instantiate = compileWasm([
    {
      name: 'twice',
      params: ['i32', 'i32', 'i32'],
      locals: ['v128'],
      body: [
        repeat(
          [
            set(3, v128.load(get(0))),
            v128.store(get(2), f64x2.add(get(3), get(3)), 16),
            set(0, i32.add(get(0), i32.const(16))),
            set(2, i32.add(get(2), i32.const(16))),
          ],
          i32.lessUnsigned(get(0), get(1)),
        ),
      ],
    },
  ])!;
  const [one, other] = [instantiate(100_000)!, instantiate(1)!];
  expect([one.memory.byteLength, other.memory.byteLength]).toEqual([131_072, 65_536]);
  const numbers = new Float64Array(one.memory);
  numbers.set([1, 2, 3, -4.5]);
  one.exports.twice?.(0, 32, 1024);
  expect([...numbers.subarray(130, 134)]).toEqual([2, 4, 6, -9]);
  expect(new Float64Array(other.memory).every((value) => value === 0)).toBe(true);
});

test('answers nothing where the code is not valid, or instructions are missing', () => {
  const broken = { name: 'broken', params: ['i32'], locals: [], body: [get(7)] } as const;
  expect(compileWasm([broken])).toBeUndefined();
});
