import { randomIds, systemClock } from '@openeas/kernel';
import { runInstance } from '@openeas/runtime';

/** `openeas runtime --config FILE`: one service instance in the foreground. */
export function runtime(configFile: string): Promise<number> {
  return runInstance({ configFile, clock: systemClock, ids: randomIds });
}
