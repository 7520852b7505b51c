import type { Clock } from '@openeas/kernel';

export interface WorkQueueOptions {
  readonly clock: Clock;
  /** Keys worked on at the same time. */
  readonly concurrency: number;
  /** Brings one key up to date. Never called for a key that is being worked on. */
  readonly work: (key: string) => Promise<void>;
  /** Hears what `work` threw; the queue goes on. */
  readonly onError: (key: string, error: unknown) => void;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Keys to bring up to date. A key is in it at most once; one that is added while it is worked on is worked on
 * once more afterwards, so nobody's change is missed and nothing runs twice at a time. Bounded by the number
 * of different keys.
 *
 *     addAfter ─► delayed ─due─► waiting ─free worker─► running ─► done
 *     add ───────────────────────►  ▲                      │ added meanwhile
 *                                   └──────────────────────┘
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #waiting = new Set<string>();
  readonly #running = new Set<string>();
  /** Added while running. */
  readonly #again = new Set<string>();
  readonly #delayed = new Map<string, { due: number; cancel: () => void }>();
  #closed = false;
  #idle: (() => void)[] = [];

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  add(key: string): void {
    if (this.#closed) return;
    if (this.#running.has(key)) this.#again.add(key);
    else this.#waiting.add(key);
    this.#pump();
  }

  /** Adds the key once `delayMs` have passed; of several delays the earliest counts. Work on the key ends all. */
  addAfter(key: string, delayMs: number): void {
    if (this.#closed) return;
    const { clock } = this.#options;
    const due = clock.monotonic() + delayMs;
    const before = this.#delayed.get(key);
    if (before !== undefined && before.due <= due) return;
    before?.cancel();
    const cancel = clock.after(delayMs, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { due, cancel });
  }

  /** Takes no more and resolves when the work under way is done. */
  async close(): Promise<void> {
    this.destroy();
    while (this.#running.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Takes no more; does not wait. */
  destroy(): void {
    this.#closed = true;
    this.#waiting.clear();
    this.#again.clear();
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
  }

  #pump(): void {
    for (const key of this.#waiting) {
      if (this.#running.size >= this.#options.concurrency) return;
      this.#waiting.delete(key);
      this.#running.add(key);
      this.#delayed.get(key)?.cancel();
      this.#delayed.delete(key);
      void this.#run(key);
    }
  }

  async #run(key: string): Promise<void> {
    try {
      await this.#options.work(key);
    } catch (error) {
      this.#options.onError(key, error);
    }
    // Work whose waits are all microtasks, and that adds its own key, must not keep timers and sockets waiting.
    await turn();
    this.#running.delete(key);
    if (this.#again.delete(key)) this.#waiting.add(key);
    if (this.#running.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
    this.#pump();
  }
}
