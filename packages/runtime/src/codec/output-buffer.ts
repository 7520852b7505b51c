import { tooLarge } from './codec.js';

/** Bytes that grow up to a limit; what both decoders of copy-based formats write into. */
export class OutputBuffer {
  #bytes: Uint8Array;
  #length = 0;
  readonly #limit: number;

  /** @throws PayloadTooLarge when `expected` alone exceeds the limit */
  constructor(expected: number, limit: number) {
    if (expected > limit) throw tooLarge(limit);
    this.#limit = limit;
    this.#bytes = new Uint8Array(expected);
  }

  get length(): number {
    return this.#length;
  }

  literal(source: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start);
    this.#bytes.set(source.subarray(start, end), this.#length);
    this.#length += end - start;
  }

  /** Repeats `length` bytes from `offset` (1 … length so far) bytes back; the two may overlap. */
  copy(offset: number, length: number): void {
    this.#reserve(length);
    const bytes = this.#bytes;
    const end = this.#length + length;
    if (offset >= length) {
      bytes.copyWithin(this.#length, this.#length - offset, this.#length - offset + length);
    } else {
      for (let at = this.#length; at < end; at++) bytes[at] = bytes[at - offset]!;
    }
    this.#length = end;
  }

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed > this.#limit) throw tooLarge(this.#limit);
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.min(this.#limit, Math.max(needed, this.#bytes.length * 2, 4096)));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
