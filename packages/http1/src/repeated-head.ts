/** Longer heads are not worth keeping for each of thousands of connections. */
const MAX_BYTES = 2048;
/** After this many heads in a row that differ from the one before, the connection is not one that repeats itself. */
const MAX_MISSES = 4;

/**
 * Remembers the last head of a connection. Clients that keep a connection mostly send the same head again,
 * byte by byte; comparing is much cheaper than parsing, and cannot give another result: a head ends at its
 * own empty line, so equal bytes are the same head whatever follows.
 */
export class RepeatedHead<Head> {
  #bytes: Buffer | undefined;
  #head: Head | undefined;
  #misses = 0;

  /** The head at `position` when it is the one before once more, else undefined. */
  match(chunk: Buffer, position: number): Head | undefined {
    const bytes = this.#bytes;
    if (bytes === undefined) return undefined;
    const end = position + bytes.length;
    if (end <= chunk.length && bytes.compare(chunk, position, end) === 0) {
      this.#misses = 0;
      return this.#head;
    }
    if (++this.#misses >= MAX_MISSES) this.#bytes = undefined;
    return undefined;
  }

  /** Bytes of the remembered head. */
  get length(): number {
    return this.#bytes?.length ?? 0;
  }

  remember(head: Head, chunk: Buffer, from: number, to: number): void {
    if (this.#misses >= MAX_MISSES || to - from > MAX_BYTES) return;
    // Not from Node's pool: a connection that idles for long would keep a whole slab of it.
    this.#bytes = Buffer.allocUnsafeSlow(to - from);
    chunk.copy(this.#bytes, 0, from, to);
    this.#head = head;
  }
}
