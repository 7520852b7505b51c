/** What a copy-based encoder emits: literals from `start`, then a copy of `length` bytes from `offset` back. */
export type EmitMatch = (start: number, end: number, offset: number, length: number) => void;

const HASH_BITS = 14;
const MIN_MATCH = 4;

/**
 * Greedy search for repeated sequences of at least four bytes by one hash table. Calls `emit` for each match in
 * order and returns where the trailing literals begin. No match begins in the last `margin` bytes.
 */
export function findMatches(
  bytes: Uint8Array,
  options: { from: number; to: number; maxOffset: number; margin: number; tail: number },
  emit: EmitMatch,
): number {
  const { from, to, maxOffset, margin, tail } = options;
  const table = new Int32Array(1 << HASH_BITS).fill(-1);
  const lastStart = to - Math.max(margin, MIN_MATCH);
  const lastMatched = to - tail;
  let anchor = from;
  let at = from;
  let misses = 0;
  while (at <= lastStart) {
    const word = read32(bytes, at);
    const slot = Math.imul(word, 0x9e3779b1) >>> (32 - HASH_BITS);
    const candidate = table[slot]!;
    table[slot] = at;
    if (candidate < from || at - candidate > maxOffset || read32(bytes, candidate) !== word) {
      // Data that does not repeat is skipped in growing steps.
      at += 1 + (misses++ >> 5);
      continue;
    }
    misses = 0;
    let length = MIN_MATCH;
    while (at + length < lastMatched && bytes[candidate + length] === bytes[at + length]) length++;
    emit(anchor, at, at - candidate, length);
    at += length;
    anchor = at;
  }
  return anchor;
}

function read32(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
