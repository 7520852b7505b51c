import type { Progress } from './http-download.js';

/**
 * One piece of work that several callers wait for. Each may leave by its own signal; when the last one has
 * left, the work is aborted. Late callers see the progress made so far at once.
 */
export class SharedWork<T> {
  readonly #controller = new AbortController();
  readonly #listeners = new Set<Progress>();
  readonly #result: Promise<T>;
  #waiting = 0;
  #last: Parameters<Progress>[0] | undefined;

  constructor(work: (signal: AbortSignal, onProgress: Progress) => Promise<T>) {
    this.#result = work(this.#controller.signal, (done) => {
      this.#last = done;
      for (const listener of this.#listeners) listener(done);
    });
    this.#result.catch(() => undefined); // Each waiter reports it; with none left nobody needs to know.
  }

  /** True once nobody waits any more: the work is ending and must not be joined. */
  get abandoned(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Settles with the work, whatever becomes of it. */
  get settled(): Promise<void> {
    return this.#result.then(
      () => undefined,
      () => undefined,
    );
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  async join(signal: AbortSignal, onProgress?: Progress): Promise<T> {
    signal.throwIfAborted();
    this.#waiting++;
    if (onProgress !== undefined) {
      this.#listeners.add(onProgress);
      if (this.#last !== undefined) onProgress(this.#last);
    }
    let onAbort = (): void => undefined;
    const left = new Promise<never>((_, reject) => {
      onAbort = () => reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      return await Promise.race([this.#result, left]);
    } finally {
      signal.removeEventListener('abort', onAbort);
      if (onProgress !== undefined) this.#listeners.delete(onProgress);
      if (--this.#waiting === 0) this.#controller.abort(signal.reason);
    }
  }
}
