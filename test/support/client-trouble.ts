import { describe, expect, it, type TestContext } from 'vitest';
import { DataPlane, type DataPlaneOptions } from './data-plane.js';
import type { PredictCall } from './predict-calls.js';
import { eventually } from './workspace.js';

/** An official client, ready to make calls. */
export type Caller = (calls: readonly PredictCall[]) => Promise<unknown>;

/** What contract 3.3 says of a client. */
export interface RetryHabits {
  /** Attempts in all. */
  readonly attempts: number;
  /** Statuses of 500 aside: does it ask again after any that is not 200? */
  readonly retriesEverything: boolean;
}

const TOKEN = 'c2VjcmV0';
const FULL = { workerThreads: 1, maxQueueSize: 0 };
const MODES = [
  ['gateway', false],
  ['direct', true],
] as const;

/** How an official client fares when things go wrong, and that nothing on the way multiplies its retries. */
export function describeTrouble(
  title: string,
  prepare: () => { caller: Caller } | { unavailable: string },
  habits: RetryHabits,
): void {
  const start = async (context: TestContext, options: Omit<DataPlaneOptions, 'token'>) => {
    const prepared = prepare();
    if ('unavailable' in prepared) return context.skip(prepared.unavailable);
    const plane = await DataPlane.start({ token: TOKEN, ...options });
    const call = async (more: Partial<PredictCall>): Promise<unknown> => {
      const base = { endpoint: plane.url, service: 'demo', token: TOKEN, body: '{"say":"served"}' };
      const [outcome] = (await prepared.caller([{ ...base, ...more }])) as [unknown];
      return outcome;
    };
    return { plane, call };
  };
  const timeout = 120_000;

  describe(title, () => {
    for (const [mode, direct] of MODES) {
      it(`${mode}: asks again after 500, and each attempt is processed once`, {
        timeout,
      }, async (context) => {
        const { plane, call } = await start(context, { instances: [{}, {}] });
        expect(await call({ direct, body: '{"throw":"broken"}' })).toEqual({ status: 500 });
        expect(await plane.answered(500)).toBe(habits.attempts);
      });

      it(`${mode}: sees 450 of full instances`, { timeout }, async (context) => {
        const { plane, call } = await start(context, { instances: [FULL] });
        const leave = await plane.instances[0]!.occupy();
        expect(await call({ direct })).toEqual({ status: 450 });
        const attempts = habits.retriesEverything ? habits.attempts : 1;
        expect(await plane.answered(450)).toBe(attempts);
        await leave();
        expect(await call({ direct })).toBe('served');
      });

      it(`${mode}: does not feel an instance that was killed`, { timeout }, async (context) => {
        const { plane, call } = await start(context, { instances: [{}, {}] });
        await plane.instances[0]!.kill();
        expect(await call({ direct, times: 20 })).toBe(20);
      });
    }

    it('gateway: is served while one of two instances is full', { timeout }, async (context) => {
      const { plane, call } = await start(context, { instances: [FULL, FULL] });
      const leave = await plane.instances[0]!.occupy();
      expect(await call({ times: 10 })).toBe(10);
      await leave();
    });

    it('gateway: a request whose instance is killed over it is not repeated by the gateway', {
      timeout,
    }, async (context) => {
      const { plane, call } = await start(context, { instances: [{}, {}] });
      const outcome = call({ body: '{"say":"served by the other","busy":60000}', retries: 0 });
      const busy = await eventually('an instance is busy', async () => {
        for (const instance of plane.instances)
          if ((await instance.metric('openeas_runtime_slots{state="in_use"}')) > 0) return instance;
        return undefined;
      });
      await busy.kill();
      expect(await outcome).toEqual({ status: 502 });
      expect(await plane.metric('openeas_gateway_instance_lost_total')).toBe(1);
    });
  });
}
