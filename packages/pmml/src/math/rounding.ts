/** Numbers in the precision of `x-mathContext`: every step rounded, or left as it is. */
export function roundingOf(math: 'double' | 'float'): (v: number) => number {
  return math === 'float' ? Math.fround : unchanged;
}

function unchanged(v: number): number {
  return v;
}
