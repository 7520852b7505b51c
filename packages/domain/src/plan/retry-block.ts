/**
 * `nextStartAt` of an instance that must not be started again until the user changes something: a number no
 * clock reaches, plus the generation that failed. A later generation lifts the block by being another one.
 */
const BLOCKED = 2 ** 52;

export function blockedUntilChange(generation: number): number {
  return BLOCKED + generation;
}

/** True while `nextStartAt` forbids a start under this generation. */
export function isBlocked(nextStartAt: number, generation: number): boolean {
  return nextStartAt === blockedUntilChange(generation);
}

/** The time of the next start; a block of an earlier generation means now. */
export function startDueAt(nextStartAt: number, now: number): number {
  return nextStartAt >= BLOCKED ? now : nextStartAt;
}
