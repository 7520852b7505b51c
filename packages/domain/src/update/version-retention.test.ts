import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DEFAULT_VERSION_RETENTION, versionsToRemove } from './version-retention.js';

const DAY = 24 * 3_600_000;
const versions = (...createdAt: number[]): { version: number; createdAt: number }[] =>
  createdAt.map((at, index) => ({ version: index + 1, createdAt: at }));

it('keeps the newest ten', () => {
  const twelve = versions(...new Array<number>(12).fill(0));
  expect(versionsToRemove(twelve, new Set([12, 11]), 0)).toEqual([2, 1]);
});

it('lets old ones go after 180 days', () => {
  expect(versionsToRemove(versions(0, 5 * DAY, 200 * DAY), new Set([3]), 182 * DAY)).toEqual([1]);
});

it('keeps a pinned one however old, and counts it in', () => {
  const twelve = versions(...new Array<number>(12).fill(0));
  expect(versionsToRemove(twelve, new Set([1, 12]), 0)).toEqual([3, 2]);
  expect(versionsToRemove(twelve, new Set([1, 2]), 9999 * DAY)).not.toContain(1);
});

it('never removes a pinned version, never keeps more than it may, never keeps an older one for a newer one', () => {
  const any = fc.uniqueArray(fc.record({ version: fc.nat(60), createdAt: fc.nat(400) }), {
    maxLength: 30,
    selector: ({ version }) => version,
  });
  fc.assert(
    fc.property(any, fc.uniqueArray(fc.nat(60), { maxLength: 12 }), fc.nat(400), (all, pins, day) => {
      // Versions are numbered in the order they are made.
      const days = all.map(({ createdAt }) => createdAt).sort((a, b) => a - b);
      const made = [...all]
        .sort((a, b) => a.version - b.version)
        .map(({ version }, index) => ({ version, createdAt: days[index]! * DAY }));
      const pinned = new Set(pins);
      const now = day * DAY;
      const gone = new Set(versionsToRemove(made, pinned, now));
      const kept = made.filter(({ version }) => !gone.has(version));
      const loose = kept.filter(({ version }) => !pinned.has(version));
      for (const version of gone) expect(pinned.has(version)).toBe(false);
      const pinnedThere = kept.length - loose.length;
      expect(kept.length).toBeLessThanOrEqual(Math.max(DEFAULT_VERSION_RETENTION.count, pinnedThere));
      for (const { createdAt } of loose) {
        expect(createdAt).toBeGreaterThanOrEqual(now - DEFAULT_VERSION_RETENTION.age);
      }
      const oldestLoose = Math.min(...loose.map(({ version }) => version));
      for (const version of gone) expect(version).toBeLessThan(oldestLoose);
    }),
  );
});
