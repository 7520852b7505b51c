import { type ChildProcess, fork, type SendHandle } from 'node:child_process';
import { once } from 'node:events';
import { OpenEasError } from '@openeas/contracts';
import { backoffDelay, type Clock } from '@openeas/kernel';
import type { Logger } from '@openeas/telemetry';
import { addressText } from '../settings.js';
import { EXIT } from '../supervisor/child-program.js';
import type { ServingProgram } from './program.js';

const RESTART = { initialMs: 100, maxMs: 5_000, factor: 2 };
const STEADY_MS = 30_000;

interface Address {
  readonly host: string;
  readonly port: number;
}

/** A listening socket as it comes from another process: kept, it accepts nothing here. */
type KeptSocket = SendHandle & { close(): void };

/** Set in the environment of workers. */
const MARK = 'OPENEAS_GATEWAY_WORKER';

export function isGatewayWorker(env: NodeJS.ProcessEnv): boolean {
  return env[MARK] !== undefined;
}

/**
 * One or several gateway processes on one port. The first one opens the socket and gives it to this process, which
 * keeps it and gives it to all others; each accepts for itself. So the death of one loses its own connections only,
 * and those that come before it is replaced wait. Fails with AddressInUse.
 */
export async function startGatewayWorkers(
  count: number,
  listen: Address,
  clock: Clock,
  log: Logger,
): Promise<{ program: ServingProgram; address: Address }> {
  const workers = new Set<ChildProcess>();
  let socket: KeptSocket | undefined;
  let closing = false;
  let failures = 0;

  function start(): ChildProcess {
    const startedAt = clock.monotonic();
    const env = { ...process.env, [MARK]: '1' };
    const worker = fork(process.argv[1] as string, process.argv.slice(2), { env });
    workers.add(worker);
    worker.on('error', (error) => log.error({ err: error }, 'a gateway worker could not be started or told'));
    worker.on('exit', (code, signal) => {
      workers.delete(worker);
      // Without a socket the address could not be had: starting again cannot help.
      if (closing || socket === undefined) return;
      if (clock.monotonic() - startedAt > STEADY_MS) failures = 0;
      const delay = backoffDelay(++failures, RESTART);
      log.warn({ worker: worker.pid, code, signal, delay }, 'a gateway worker ended; starting another');
      clock.after(delay, () => {
        if (!closing) start();
      });
    });
    worker.send({ serve: true }, socket);
    return worker;
  }

  const address = await firstAddress(start(), listen, (opened) => {
    socket = opened;
  });
  for (let more = 1; more < count; more++) start();
  return {
    address,
    program: {
      async close() {
        closing = true;
        // Or connections would wait for workers that take no more.
        socket?.close();
        await Promise.all(
          [...workers].map(async (worker) => {
            const ended = once(worker, 'exit');
            worker.kill('SIGTERM');
            await ended;
          }),
        );
      },
      destroy() {
        closing = true;
        for (const worker of workers) worker.kill('SIGKILL');
      },
    },
  };
}

/** Where the first worker listens, once its socket is kept here. */
function firstAddress(
  worker: ChildProcess,
  listen: Address,
  keep: (socket: KeptSocket) => void,
): Promise<Address> {
  return new Promise((resolve, reject) => {
    worker.once('message', (address: Address, socket: SendHandle) => {
      keep(socket as KeptSocket);
      resolve(address);
    });
    worker.once('exit', (code) => {
      reject(
        code === EXIT.addressInUse
          ? new OpenEasError('AddressInUse', { address: addressText(listen) })
          : new Error(`the gateway worker ended with ${code} before it listened`),
      );
    });
  });
}
