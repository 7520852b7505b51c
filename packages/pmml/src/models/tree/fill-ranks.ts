/** Writes the ranks of one feature for `count` rows. */
export type Fill = (values: Float64Array, count: number) => void;

/** Writes the ranks of a block, one column of values a feature; answers the rows that have to be walked plainly. */
export type FillRanks = (columns: readonly Float64Array[], count: number) => ReadonlySet<number>;

/** Runs the fills of every feature; they put rows that no rank will do for into `elsewhere`. */
export function filling(fills: readonly (readonly Fill[])[], elsewhere: Set<number>): FillRanks {
  return (columns, count) => {
    elsewhere.clear();
    for (let f = 0; f < fills.length; f++)
      for (const fill of fills[f] as readonly Fill[]) fill(columns[f] as Float64Array, count);
    return elsewhere;
  };
}
