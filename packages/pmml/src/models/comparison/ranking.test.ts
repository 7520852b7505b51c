import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearestOf } from './ranking.js';

test('the nearest are the first of a stable sort; what is not a number is left out', () => {
  const scores = fc.array(fc.constantFrom(0, 1, 2, 3, -1, Number.NaN), { maxLength: 12 });
  fc.assert(
    fc.property(scores, fc.integer({ min: 1, max: 15 }), fc.boolean(), (list, count, isSimilarity) => {
      const sorted = list
        .map((score, i) => ({ score, i }))
        .filter(({ score }) => !Number.isNaN(score))
        .sort((a, b) => (isSimilarity ? b.score - a.score : a.score - b.score) || a.i - b.i);
      const found = nearestOf(Float64Array.from(list), count, isSimilarity);
      expect([...found]).toEqual(sorted.slice(0, count).map(({ i }) => i));
    }),
  );
});
