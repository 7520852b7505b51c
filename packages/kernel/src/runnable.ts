/** A part of a program that runs until it is told to end. */
export interface Runnable {
  readonly name: string;
  start(): Promise<void> | void;
  /** Drains: finishes what was accepted. Must be safe to call more than once. */
  close(): Promise<void> | void;
  /** Aborts at once; called when `close` failed or took too long. */
  destroy?(): void;
}
