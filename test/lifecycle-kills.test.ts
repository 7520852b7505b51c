import { expect, it } from 'vitest';
import type { LoadResult } from '../bench/src/load.mjs';
import { type Installation, kill } from './support/installation.js';
import { CONNECTIONS, livingService, MODEL, steadyLoad } from './support/living-service.js';
import { childrenOf } from './support/processes.js';
import { eventually } from './support/workspace.js';

/** An update to one more version, complete. */
async function update(installation: Installation, meanwhile: () => Promise<void>): Promise<void> {
  const client = installation.client();
  const { LatestVersion } = await installation.until(client, 'life', 'Running');
  const body = { processor: 'pmml', model_path: MODEL };
  await client.call('UpdateService', { path: { ServiceName: 'life' }, body });
  await meanwhile();
  await eventually('the update is complete', async () => {
    const service = await installation.describe(client, 'life');
    if (service?.Status === 'Running' && service.CurrentVersion === LatestVersion + 1) return service;
    throw new Error(`${service?.Status}: ${service?.Message}`);
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Random enough to meet different steps of an update, the same in every run. */
const MOMENTS = [60, 1_500];

it('loses none while control is killed in the midst of updates', { timeout: 120_000 }, async () => {
  const { installation, service } = await livingService('lifecycle-control');
  const load = steadyLoad(installation, service, 150);
  for (const moment of MOMENTS) {
    await update(installation, async () => {
      await pause(moment);
      const before = installation.program('control');
      kill(before);
      await eventually('control is back', () => {
        const now = installation.program('control');
        return now !== undefined && now.pid !== before?.pid;
      });
    });
  }
  const { sent, ok, failures } = await load.stop();
  expect(Object.fromEntries(failures)).toEqual({});
  expect(ok).toBe(sent);
});

it('loses at most what an instance works on when it is killed, each told with 502', async () => {
  const { installation, service } = await livingService('lifecycle-instance');
  const load = steadyLoad(installation, service, 300);
  for (const moment of MOMENTS) {
    await update(installation, async () => {
      await pause(moment);
      const [victim] = installation.instances().filter(({ phase }) => phase === 'Ready');
      kill(victim);
    });
  }
  const result = await load.stop();
  expectOnly(result, [502]);
  expect(result.failed).toBeLessThanOrEqual(MOMENTS.length * CONNECTIONS);
}, 120_000);

it('loses only what a killed gateway worker has in flight, and refuses nobody', async () => {
  const { installation, service } = await livingService('lifecycle-worker');
  const load = steadyLoad(installation, service, 150);
  const worker = (): number | undefined => childrenOf(installation.program('gateway')!.pid)[0];
  for (const moment of MOMENTS) {
    await update(installation, async () => {
      await pause(moment);
      const before = worker();
      process.kill(before!, 'SIGKILL');
      await eventually('another worker is there', () => worker() !== undefined && worker() !== before);
    });
  }
  const result = await load.stop();
  // New connections waited in the queue of the socket, which outlives the worker.
  expectOnly(result, ['ECONNRESET', 'EPIPE', 'closed without an answer']);
  expect(result.failed).toBeLessThanOrEqual(MOMENTS.length * CONNECTIONS);
}, 120_000);

it('loses only what a killed gateway has in flight; clients that connect again are served', async () => {
  const { installation, service } = await livingService('lifecycle-gateway');
  const load = steadyLoad(installation, service, 150);
  for (const moment of MOMENTS) {
    await update(installation, async () => {
      await pause(moment);
      const before = installation.program('gateway');
      kill(before);
      await eventually('the gateway is back', () => {
        const now = installation.program('gateway');
        return now !== undefined && now.pid !== before?.pid;
      });
    });
  }
  const result = await load.stop();
  // Cut off in flight, or not yet connected again: nothing was ever answered wrongly.
  expectOnly(result, ['ECONNRESET', 'EPIPE', 'ECONNREFUSED', 'closed without an answer']);
  const inFlight = result.failed - (result.failures.get('ECONNREFUSED') ?? 0);
  // A client that is back before the kernel has closed the dead one's listening socket is cut off once more.
  expect(inFlight).toBeLessThanOrEqual(2 * MOMENTS.length * CONNECTIONS);
  expect(result.ok).toBeGreaterThan(result.sent / 2);
}, 120_000);

function expectOnly({ failures }: LoadResult, allowed: readonly (number | string)[]): void {
  expect([...failures].filter(([what]) => !allowed.includes(what))).toEqual([]);
}
