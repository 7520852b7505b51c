/** What is known of a request once it was described. */
export interface Described {
  readonly rows: number;
  /** Requests of different classes are never merged. */
  readonly shapeClass: string;
  readonly bytes: number;
}

/**
 * Splits requests into batches that a processor may see at once: one shape class each, at most `maxRows` rows
 * and `maxBytes` bytes, unless a single request is larger on its own. Every index appears exactly once; within
 * a class the order is kept, and batches are ordered by their first request.
 */
export function planBatches(
  requests: readonly Described[],
  limits: { readonly maxRows: number; readonly maxBytes: number },
): readonly (readonly number[])[] {
  const batches: number[][] = [];
  const open = new Map<string, { indexes: number[]; rows: number; bytes: number }>();
  requests.forEach((request, index) => {
    const current = open.get(request.shapeClass);
    if (
      current !== undefined &&
      current.rows + request.rows <= limits.maxRows &&
      current.bytes + request.bytes <= limits.maxBytes
    ) {
      current.indexes.push(index);
      current.rows += request.rows;
      current.bytes += request.bytes;
      return;
    }
    const indexes = [index];
    batches.push(indexes);
    open.set(request.shapeClass, { indexes, rows: request.rows, bytes: request.bytes });
  });
  return batches;
}
