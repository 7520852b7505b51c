import { expect, it } from 'vitest';
import { lifecyclePhases, receiptOf } from '../bench/src/lifecycle-phases.mjs';
import { CONNECTIONS, livingService, MODEL, steadyLoad } from './support/living-service.js';

it('loses no request in any change of a life, and the receipts agree', { timeout: 120_000 }, async () => {
  const { installation, client, service } = await livingService('lifecycle');
  const load = steadyLoad(installation, service, 150);
  for (const phase of lifecyclePhases({ client, name: 'life', other: 'other', model: MODEL })) {
    const answer = await phase.run();
    expect([phase.name, Object.fromEntries(load.result.failures)]).toEqual([phase.name, {}]);
    const receipt = await receiptOf(client, answer);
    if (receipt === undefined) continue;
    const { accepted, answered2xx, failed, redispatched } = receipt.total;
    expect({ phase: phase.name, failed, incomplete: receipt.incomplete }).toEqual({
      phase: phase.name,
      failed: 0,
      incomplete: '',
    });
    // What is under way when the receipt closes is accepted and not yet answered.
    expect(accepted - redispatched - answered2xx, phase.name).toBeLessThanOrEqual(CONNECTIONS);
  }
  const { sent, ok } = await load.stop();
  expect(ok).toBe(sent);
  expect(sent).toBeGreaterThan(2_000);
});
