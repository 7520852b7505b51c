import { expect, test } from 'vitest';
import { fuzz } from './testing/fuzz.js';

test('cuts 20,000 generated streams as llhttp does, or refuses them', async () => {
  const report = await fuzz(20_261_121, 20_000);
  expect(report.failures).toEqual([]);
  // The inputs reach both sides of every decision.
  expect(report.messages).toBeGreaterThan(5_000);
  expect(report.refused).toBeGreaterThan(2_000);
}, 120_000);
