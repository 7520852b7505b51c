import type { Value } from '../../types/value.js';
import { keyOf } from '../../types/value.js';

/**
 * Pearson's χ² of a contingency table of any number of variables against their independence: observed counts of
 * value combinations, and what the marginal frequencies make of them.
 * @param columns observations by variable, aligned; rows with a missing value are left out
 * @returns undefined where there is nothing to count
 */
export function independenceStatistic(
  columns: readonly (readonly Value[])[],
  weight: (row: number) => number,
): number | undefined {
  const levels = columns.map(() => new Map<string, { at: number; sum: number }>());
  const cells = new Map<string, number>();
  let total = 0;
  for (let row = 0; row < (columns[0]?.length ?? 0); row++) {
    if (columns.some((c) => c[row] === undefined)) continue;
    const w = weight(row);
    total += w;
    const key = columns
      .map((c, i) => {
        const known = levels[i] as Map<string, { at: number; sum: number }>;
        const text = keyOf(c[row]);
        const level = known.get(text) ?? { at: known.size, sum: 0 };
        level.sum += w;
        known.set(text, level);
        return level.at;
      })
      .join(',');
    cells.set(key, (cells.get(key) ?? 0) + w);
  }
  if (!(total > 0)) return undefined;
  const margins = levels.map((known) => [...known.values()].map((level) => level.sum));
  let statistic = 0;
  // Cells nobody fell into count too: (0 − E)² / E.
  const visit = (depth: number, expected: number, prefix: string): void => {
    const margin = margins[depth];
    if (margin === undefined) {
      const observed = cells.get(prefix.slice(1)) ?? 0;
      statistic += (observed - expected) ** 2 / expected;
      return;
    }
    for (const [at, sum] of margin.entries()) visit(depth + 1, (expected * sum) / total, `${prefix},${at}`);
  };
  visit(0, total, '');
  return statistic;
}
