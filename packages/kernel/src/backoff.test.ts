import { expect, it } from 'vitest';
import { backoffDelay } from './backoff.js';

it('grows by the factor from the initial delay and stays at the maximum', () => {
  const options = { initialMs: 100, maxMs: 1000, factor: 2 };
  expect([0, 1, 2, 3, 4, 5, 50].map((failures) => backoffDelay(failures, options))).toEqual([
    0, 100, 200, 400, 800, 1000, 1000,
  ]);
});
