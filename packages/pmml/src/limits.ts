/** Bounds on what the loader accepts. Raw form: every bound may be left out. */
export interface LimitOptions {
  /** Bytes of the source; default 2 GiB. */
  readonly maxBytes?: number;
  /** Nesting of elements; default 1500. */
  readonly maxDepth?: number;
  /** Characters of one tag, attribute value or run of text; default 256 Mi. */
  readonly maxTokenLength?: number;
  /** Number of elements; default 200 million. */
  readonly maxElements?: number;
  /**
   * Source bytes after which segments are compiled and dropped as soon as they are read (default 16 MiB).
   * Below it the elements of a document may come in any order.
   */
  readonly streamAfterBytes?: number;
}

/** Compiled form: every bound has a value. */
export type Limits = Required<LimitOptions>;

const DEFAULTS: Limits = {
  maxBytes: 2 ** 31,
  maxDepth: 1500,
  maxTokenLength: 2 ** 28,
  maxElements: 200_000_000,
  streamAfterBytes: 16 * 2 ** 20,
};

export function resolveLimits(options: LimitOptions | undefined): Limits {
  return { ...DEFAULTS, ...options };
}
