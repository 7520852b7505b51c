import { expect, test } from 'vitest';
import { rolloutCounts } from './rollout-counts.js';

test.each([
  // maxSurge, maxUnavailable, wanted, surge, unavailable
  [{ share: 0.02 }, { count: 0 }, 1, 1, 0],
  [{ share: 0.02 }, { count: 0 }, 100, 2, 0],
  [{ share: 0.07 }, { count: 0 }, 100, 7, 0],
  [{ share: 0.25 }, { share: 0.25 }, 10, 3, 2],
  [{ count: 0 }, { count: 1 }, 4, 0, 1],
  [{ count: 0 }, { count: 0 }, 4, 1, 0],
  [{ count: 0 }, { share: 0.2 }, 4, 1, 0],
  [{ count: 5 }, { count: 9 }, 4, 5, 4],
  [{ share: 0 }, { share: 0 }, 0, 1, 0],
])(
  'surge %o and unavailable %o of %i come to %i and %i',
  (maxSurge, maxUnavailable, wanted, surge, unavailable) => {
    expect(rolloutCounts({ maxSurge, maxUnavailable }, wanted)).toEqual({ surge, unavailable });
  },
);
