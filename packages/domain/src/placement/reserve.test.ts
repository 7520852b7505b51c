import { expect, test } from 'vitest';
import { describeShortages, type Machine, reserve } from './reserve.js';

const machine: Machine = {
  capacity: { cpu: 4, memory: 8_000 },
  reserved: { cpu: 3, memory: 7_500 },
};

test('what fits is taken whole', () => {
  expect(reserve(machine, { cpu: 0.5, memory: 500 })).toEqual({
    fits: true,
    reserved: { cpu: 3.5, memory: 8_000 },
  });
});

test('what does not fit is told with every resource that is short and its numbers', () => {
  const answer = reserve(machine, { cpu: 2, memory: 1_000 });
  expect(answer.fits).toBe(false);
  expect(answer.fits ? '' : describeShortages(answer.shortages)).toBe(
    'short of 1 core: needs 2, 1 of 4 cores free; short of 500 MB: needs 1000, 500 of 8000 MB free',
  );
});

test('fractions of cores add up to whole ones', () => {
  let filled: Machine = { capacity: { cpu: 1, memory: 0 }, reserved: { cpu: 0, memory: 0 } };
  for (let n = 0; n < 10; n++) {
    const answer = reserve(filled, { cpu: 0.1, memory: 0 });
    expect(answer.fits).toBe(true);
    if (answer.fits) filled = { ...filled, reserved: answer.reserved };
  }
  expect(reserve(filled, { cpu: 0.1, memory: 0 }).fits).toBe(false);
});

test('a request of nothing fits an overbooked machine', () => {
  const overbooked = { capacity: { cpu: 1, memory: 1 }, reserved: { cpu: 4, memory: 9 } };
  expect(reserve(overbooked, { cpu: 0, memory: 0 }).fits).toBe(true);
  const answer = reserve(overbooked, { cpu: 1, memory: 0 });
  expect(answer.fits ? [] : answer.shortages).toEqual([{ resource: 'cpu', needs: 1, free: 0, total: 1 }]);
});
