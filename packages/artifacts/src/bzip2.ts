/**
 * Decompression of bzip2, pulled block by block, so that no input makes more than one block of output
 * exist at a time:
 *
 *   bits → Huffman codes → move-to-front → inverse Burrows-Wheeler → run lengths → bytes
 */
const BLOCK_MAGIC_HIGH = 0x314159;
const BLOCK_MAGIC_LOW = 0x265359;
const END_MAGIC_HIGH = 0x177245;
const END_MAGIC_LOW = 0x385090;
const MAX_CODE = 20;
const GROUP = 50;
/** Longest piece handed out at once. */
const PIECE = 65_536;

const CRC = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

export async function* bunzip2(source: AsyncIterable<Uint8Array>): AsyncIterable<Buffer> {
  const bits = new BitReader(source);
  let streams = 0;
  while (await bits.hasMore()) {
    // Streams may follow each other, as parallel compressors write them.
    if ((await bits.read(24)) !== 0x425a68)
      throw new Error(streams === 0 ? 'no bzip2 header' : 'garbage at the end');
    const level = (await bits.read(8)) - 0x30;
    if (level < 1 || level > 9) throw new Error('bad block size');
    streams++;
    let combined = 0;
    for (;;) {
      const high = await bits.read(24);
      const low = await bits.read(24);
      const stored = await bits.read32();
      if (high === END_MAGIC_HIGH && low === END_MAGIC_LOW) {
        if (stored !== combined) throw new Error('the checksum of the stream does not fit');
        bits.alignToByte();
        break;
      }
      if (high !== BLOCK_MAGIC_HIGH || low !== BLOCK_MAGIC_LOW) throw new Error('bad block header');
      const block = await readBlock(bits, level * 100_000);
      const crc = yield* expand(block);
      if (crc !== stored) throw new Error('the checksum of a block does not fit');
      combined = (((combined << 1) | (combined >>> 31)) ^ crc) >>> 0;
    }
  }
  if (streams === 0) throw new Error('it is empty');
}

interface Block {
  /** `links[i] >>> 8` = where to go from i, low byte = the byte there. */
  readonly links: Uint32Array;
  readonly length: number;
  readonly origin: number;
}

async function readBlock(bits: BitReader, capacity: number): Promise<Block> {
  if ((await bits.read(1)) === 1) throw new Error('randomised blocks are not supported');
  const origin = await bits.read(24);
  const symbols = await readAlphabet(bits);
  const { trees, selectors } = await readTrees(bits, symbols.length + 2);
  const links = new Uint32Array(capacity);
  const counts = new Uint32Array(256);
  const end = symbols.length + 1;
  let length = 0;
  let group = 0;
  let left = 0;
  let tree = trees[0]!;
  let run = 0;
  let place = 1;

  for (;;) {
    if (left === 0) {
      const selector = selectors[group++];
      if (selector === undefined) throw new Error('more codes than announced');
      tree = trees[selector]!;
      left = GROUP;
    }
    left--;
    // Waits only when it must: a promise per symbol would cost more than all the rest.
    if (bits.available < MAX_CODE) await bits.fill(MAX_CODE);
    const symbol = tree.decode(bits);
    if (symbol <= 1) {
      run += place << symbol;
      place *= 2;
      if (run > capacity) throw new Error('a run is longer than its block');
      continue;
    }
    if (run > 0) {
      if (length + run > capacity) throw new Error('a block is longer than announced');
      const byte = symbols[0]!;
      counts[byte]! += run;
      links.fill(byte, length, length + run);
      length += run;
      run = 0;
      place = 1;
    }
    if (symbol === end) break;
    if (length === capacity) throw new Error('a block is longer than announced');
    const byte = symbols[symbol - 1]!;
    symbols.copyWithin(1, 0, symbol - 1);
    symbols[0] = byte;
    counts[byte]!++;
    links[length++] = byte;
  }
  if (origin >= length) throw new Error('the origin lies outside its block');
  linkUp(links, counts, length);
  return { links, length, origin };
}

async function readAlphabet(bits: BitReader): Promise<Uint8Array> {
  const used: number[] = [];
  const ranges = await bits.read(16);
  for (let range = 0; range < 16; range++) {
    if ((ranges & (0x8000 >>> range)) === 0) continue;
    const members = await bits.read(16);
    for (let member = 0; member < 16; member++) {
      if ((members & (0x8000 >>> member)) !== 0) used.push(range * 16 + member);
    }
  }
  if (used.length === 0) throw new Error('a block without symbols');
  return Uint8Array.from(used);
}

async function readTrees(
  bits: BitReader,
  alphabet: number,
): Promise<{ trees: readonly HuffmanTree[]; selectors: Uint8Array }> {
  const count = await bits.read(3);
  if (count < 2 || count > 6) throw new Error('bad number of code tables');
  const announced = await bits.read(15);
  if (announced === 0) throw new Error('no code table is selected');
  const order = Uint8Array.from({ length: count }, (_, index) => index);
  const selectors = new Uint8Array(announced);
  for (let index = 0; index < announced; index++) {
    let position = 0;
    while ((await bits.read(1)) === 1) if (++position >= count) throw new Error('bad code table');
    const chosen = order[position]!;
    order.copyWithin(1, 0, position);
    order[0] = chosen;
    selectors[index] = chosen;
  }
  const trees: HuffmanTree[] = [];
  for (let table = 0; table < count; table++) {
    const lengths = new Uint8Array(alphabet);
    let length = await bits.read(5);
    for (let symbol = 0; symbol < alphabet; symbol++) {
      for (;;) {
        if (length < 1 || length > MAX_CODE) throw new Error('bad code length');
        if ((await bits.read(1)) === 0) break;
        length += (await bits.read(1)) === 0 ? 1 : -1;
      }
      lengths[symbol] = length;
    }
    trees.push(new HuffmanTree(lengths));
  }
  return { trees, selectors };
}

/** Canonical codes: symbols sorted by length, then by value. */
class HuffmanTree {
  readonly #limits = new Int32Array(MAX_CODE + 2).fill(-1);
  readonly #bases = new Int32Array(MAX_CODE + 2);
  readonly #sorted: Uint16Array;
  readonly #shortest: number;

  constructor(lengths: Uint8Array) {
    const order = [...lengths.keys()].sort((a, b) => lengths[a]! - lengths[b]! || a - b);
    this.#sorted = Uint16Array.from(order);
    this.#shortest = lengths[order[0]!]!;
    let code = 0;
    let index = 0;
    for (let length = 1; length <= MAX_CODE; length++) {
      this.#bases[length] = index - code;
      while (index < order.length && lengths[order[index]!] === length) {
        code++;
        index++;
      }
      this.#limits[length] = code - 1;
      code <<= 1;
    }
  }

  /** Needs MAX_CODE bits at hand, unless the input ends before. */
  decode(bits: BitReader): number {
    let length = this.#shortest;
    let code = bits.take(length);
    while (code > this.#limits[length]!) {
      if (++length > MAX_CODE) throw new Error('a code that is in no table');
      code = (code << 1) | bits.take(1);
    }
    const symbol = this.#sorted[code + this.#bases[length]!];
    if (symbol === undefined) throw new Error('a code that is in no table');
    return symbol;
  }
}

function linkUp(links: Uint32Array, counts: Uint32Array, length: number): void {
  const starts = new Uint32Array(256);
  for (let byte = 1; byte < 256; byte++) starts[byte] = starts[byte - 1]! + counts[byte - 1]!;
  for (let index = 0; index < length; index++) {
    const byte = links[index]! & 0xff;
    const target = starts[byte]!++;
    links[target] = (links[target]! & 0xff) | (index << 8);
  }
}

/** Undoes the last step, run lengths: four equal bytes are followed by a count of further ones. */
function* expand(block: Block): Generator<Buffer, number> {
  const { links, length } = block;
  let out = Buffer.allocUnsafe(PIECE);
  let filled = 0;
  let crc = 0xffffffff;
  let position = links[block.origin]! >>> 8;
  let last = -1;
  let equal = 0;
  for (let index = 0; index < length; index++) {
    const link = links[position]!;
    const byte = link & 0xff;
    position = link >>> 8;
    let times = 1;
    let value = byte;
    if (equal === 4) {
      times = byte;
      value = last;
      equal = 0;
      last = -1;
    } else if (byte === last) equal++;
    else {
      last = byte;
      equal = 1;
    }
    for (; times > 0; times--) {
      out[filled++] = value;
      crc = ((crc << 8) ^ CRC[((crc >>> 24) ^ value) & 0xff]!) >>> 0;
      if (filled === PIECE) {
        yield out;
        out = Buffer.allocUnsafe(PIECE);
        filled = 0;
      }
    }
  }
  if (filled > 0) yield out.subarray(0, filled);
  return ~crc >>> 0;
}

/** Bits of a byte stream, the most significant first. */
class BitReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;
  /** Bits not yet taken, right-aligned. */
  #held = 0;
  #count = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Bits that `take` can give without waiting. */
  get available(): number {
    return this.#count + (this.#chunk.length - this.#at) * 8;
  }

  /** Waits until `bits` are at hand or the input ends; at its end `take` fails. */
  async fill(bits: number): Promise<void> {
    while (this.available < bits) {
      const next = await this.#source.next();
      if (next.done) return;
      const rest = this.#chunk.subarray(this.#at);
      this.#chunk = rest.length === 0 ? next.value : Buffer.concat([rest, next.value]);
      this.#at = 0;
    }
  }

  /** At most 24 bits. */
  take(bits: number): number {
    while (this.#count < bits) {
      if (this.#at === this.#chunk.length) throw new Error('the data ends too early');
      this.#held = ((this.#held << 8) | this.#chunk[this.#at++]!) & 0xffffffff;
      this.#count += 8;
    }
    this.#count -= bits;
    const value = (this.#held >>> this.#count) & ((1 << bits) - 1);
    this.#held &= (1 << this.#count) - 1;
    return value;
  }

  async read(bits: number): Promise<number> {
    if (this.available < bits) await this.fill(bits);
    return this.take(bits);
  }

  async read32(): Promise<number> {
    const high = await this.read(16);
    return (high * 65_536 + (await this.read(16))) >>> 0;
  }

  async hasMore(): Promise<boolean> {
    await this.fill(8);
    return this.available >= 8;
  }

  alignToByte(): void {
    this.#count -= this.#count % 8;
    this.#held &= (1 << this.#count) - 1;
  }
}
