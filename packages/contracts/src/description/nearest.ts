/** Number of single-character edits between two texts, or `limit + 1` when it is more than `limit`. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    let best = row;
    for (let column = 1; column <= b.length; column++) {
      const change = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      const value = Math.min(change, previous[column]! + 1, current[column - 1]! + 1);
      current.push(value);
      best = Math.min(best, value);
    }
    if (best > limit) return limit + 1;
    previous = current;
  }
  return Math.min(previous[b.length]!, limit + 1);
}

const MAX_LENGTH = 128;

/**
 * The candidate that was probably meant: few edits away, or with the same last part elsewhere
 * (`instance` for `metadata.instance`). Undefined when nothing is near.
 */
export function nearest(written: string, candidates: readonly string[]): string | undefined {
  if (written.length > MAX_LENGTH) return undefined;
  const wanted = written.toLowerCase();
  let limit = Math.max(2, Math.floor(wanted.length / 4)) + 1;
  let best: string | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toLowerCase(), limit - 1);
    if (distance < limit) {
      best = candidate;
      limit = distance;
    }
  }
  if (best !== undefined && limit <= 2) return best;
  const lastPart = wanted.slice(wanted.lastIndexOf('.') + 1);
  return candidates.find((candidate) => candidate.toLowerCase().endsWith(`.${lastPart}`)) ?? best;
}
