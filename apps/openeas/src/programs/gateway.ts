import cluster from 'node:cluster';
import { OpenEasError } from '@openeas/contracts';
import { createGateway } from '@openeas/gateway';
import { randomIds, systemClock } from '@openeas/kernel';
import type { Logger } from '@openeas/telemetry';
import {
  internalKey,
  prepareHome,
  readProgramRecord,
  removeProgramRecord,
  writeProgramRecord,
} from '../home.js';
import { addressText, type Settings } from '../settings.js';
import { VERSION } from '../version.js';
import { startGatewayWorkers } from './gateway-workers.js';
import { runProgram, type ServingProgram } from './program.js';

const DRAIN_MS = 10_000;

/** `openeas gateway`: the one address of the installation, served by one process or by several that share it. */
export function gateway(settings: Settings): Promise<number> {
  return runProgram('gateway', settings, async (log) => {
    const { layout } = settings;
    if (cluster.isWorker) return (await serve(settings, log)).program;
    prepareHome(layout);
    const { program, address } =
      settings.gatewayWorkers === 1
        ? await serve(settings, log)
        : await startGatewayWorkers(settings.gatewayWorkers, settings.listen, systemClock, log);
    writeProgramRecord(layout.gatewayAddress, address, VERSION);
    log.info({ ...address, workers: settings.gatewayWorkers }, 'gateway serves');
    return {
      async close() {
        removeProgramRecord(layout.gatewayAddress);
        await program.close();
      },
      destroy: () => program.destroy(),
    };
  });
}

async function serve(
  settings: Settings,
  log: Logger,
): Promise<{ program: ServingProgram; address: { host: string; port: number } }> {
  const { layout } = settings;
  const key = internalKey(layout);
  const server = createGateway({
    listen: settings.listen,
    control: () => {
      const record = readProgramRecord(layout.controlAddress);
      return record === undefined ? undefined : { host: record.host, port: record.port, key };
    },
    snapshotFile: layout.routes,
    clock: systemClock,
    ids: randomIds,
    log,
    region: settings.region,
  });
  const address = await server.listen().catch((cause: NodeJS.ErrnoException) => {
    const text = addressText(settings.listen);
    throw cause.code === 'EADDRINUSE'
      ? new OpenEasError('AddressInUse', { address: text }, { cause })
      : cause;
  });
  return { program: { close: () => server.close(DRAIN_MS), destroy: () => server.destroy() }, address };
}
