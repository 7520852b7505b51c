import { timingSafeEqual } from 'node:crypto';

/** Compares two texts in a time that depends on the length of `given` only, not on where they differ. */
export function equalSecrets(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  if (a.length === b.length) return timingSafeEqual(a, b);
  timingSafeEqual(a, a);
  return false;
}
