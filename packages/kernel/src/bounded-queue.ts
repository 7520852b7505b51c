/**
 * First-in first-out queue with a fixed capacity, kept in a ring:
 *
 *      head        head+size
 *        v             v
 *   [ . | a | b | c | d | . | . ]
 *
 * A full queue is an answer: `offer` says whether the item was taken.
 */
export class BoundedQueue<T> {
  readonly capacity: number;
  readonly #items: (T | undefined)[];
  #head = 0;
  #size = 0;

  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 0) {
      throw new RangeError(`capacity must be a whole number of at least 0, got ${capacity}`);
    }
    this.capacity = capacity;
    this.#items = new Array<T | undefined>(capacity);
  }

  get size(): number {
    return this.#size;
  }

  offer(item: T): boolean {
    if (this.#size === this.capacity) return false;
    this.#items[(this.#head + this.#size) % this.capacity] = item;
    this.#size++;
    return true;
  }

  peek(): T | undefined {
    return this.#size === 0 ? undefined : this.#items[this.#head];
  }

  poll(): T | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head = (this.#head + 1) % this.capacity;
    this.#size--;
    return item;
  }

  /** Removes the first occurrence of `item`, keeping the order of the rest. Linear in the queue's size. */
  remove(item: T): boolean {
    for (let offset = 0; offset < this.#size; offset++) {
      if (this.#items[(this.#head + offset) % this.capacity] !== item) continue;
      for (let next = offset; next < this.#size - 1; next++) {
        this.#items[(this.#head + next) % this.capacity] =
          this.#items[(this.#head + next + 1) % this.capacity];
      }
      this.#items[(this.#head + this.#size - 1) % this.capacity] = undefined;
      this.#size--;
      return true;
    }
    return false;
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (let offset = 0; offset < this.#size; offset++) {
      yield this.#items[(this.#head + offset) % this.capacity] as T;
    }
  }
}
