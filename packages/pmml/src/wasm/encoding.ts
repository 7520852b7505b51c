/** Bytes of a part of a WebAssembly module (WebAssembly core specification 2.0, chapter 5). */
export type Bytes = readonly number[];

/** LEB128 of a whole number ≥ 0. */
export function unsigned(value: number): Bytes {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

/** LEB128 of a 32-bit integer with its sign. */
export function signed(value: number): Bytes {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) {
      bytes.push(low);
      return bytes;
    }
    bytes.push(low | 0x80);
  }
}

/** IEEE 754 double, little endian. */
export function double(value: number): Bytes {
  return [...new Uint8Array(Float64Array.of(value).buffer)];
}

/** Items behind their number. */
export function list(items: readonly Bytes[]): Bytes {
  return [...unsigned(items.length), ...items.flat()];
}

/** Bytes behind their length. */
export function sized(bytes: Bytes): Bytes {
  return [...unsigned(bytes.length), ...bytes];
}

export function text(value: string): Bytes {
  return sized([...new TextEncoder().encode(value)]);
}
