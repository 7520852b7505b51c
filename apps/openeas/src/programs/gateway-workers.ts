import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { OpenEasError } from '@openeas/contracts';
import { backoffDelay, type Clock } from '@openeas/kernel';
import type { Logger } from '@openeas/telemetry';
import { addressText } from '../settings.js';
import { EXIT } from '../supervisor/child-program.js';
import type { ServingProgram } from './program.js';

const RESTART = { initialMs: 100, maxMs: 5_000, factor: 2 };
const STEADY_MS = 30_000;

/**
 * Several gateway processes on one port. Each accepts for itself from the shared socket, so the death of one
 * loses its own connections only; it is replaced with backoff.
 */
export async function startGatewayWorkers(
  count: number,
  listen: { host: string; port: number },
  clock: Clock,
  log: Logger,
): Promise<{ program: ServingProgram; address: { host: string; port: number } }> {
  // With the default policy the primary would accept every connection and hand it over: a hop and a bottleneck.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  let closing = false;
  let failures = 0;
  const fork = (): Worker => {
    const startedAt = clock.monotonic();
    const worker = cluster.fork();
    worker.on('exit', (code, signal) => {
      if (closing) return;
      if (clock.monotonic() - startedAt > STEADY_MS) failures = 0;
      const delay = backoffDelay(++failures, RESTART);
      log.warn({ worker: worker.id, code, signal, delay }, 'a gateway worker ended; starting another');
      clock.after(delay, () => {
        if (!closing) fork();
      });
    });
    return worker;
  };
  const workers = (): Worker[] =>
    Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  const destroy = (): void => {
    closing = true;
    for (const worker of workers()) worker.process.kill('SIGKILL');
  };
  const address = await firstAddress(Array.from({ length: count }, fork), listen).catch((error) => {
    destroy(); // Otherwise they would be started again and again, and keep this process.
    throw error;
  });
  return {
    address,
    program: {
      async close() {
        closing = true;
        await Promise.all(
          workers().map(async (worker) => {
            const ended = once(worker, 'exit');
            worker.process.kill('SIGTERM');
            await ended;
          }),
        );
      },
      destroy,
    },
  };
}

/** Where the workers listen; a worker that could not take the address ends the attempt. */
function firstAddress(
  workers: readonly Worker[],
  listen: { host: string; port: number },
): Promise<{ host: string; port: number }> {
  return new Promise((resolve, reject) => {
    for (const worker of workers) {
      worker.once('listening', ({ address, port }) => resolve({ host: String(address), port }));
      worker.once('exit', (code) => {
        reject(
          code === EXIT.addressInUse
            ? new OpenEasError('AddressInUse', { address: addressText(listen) })
            : new Error(`a gateway worker ended with ${code} before it listened`),
        );
      });
    }
  });
}
