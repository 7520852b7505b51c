import type { SendHandle } from 'node:child_process';
import { once } from 'node:events';
import { OpenEasError } from '@openeas/contracts';
import { createGateway } from '@openeas/gateway';
import { randomIds, systemClock } from '@openeas/kernel';
import type { Logger } from '@openeas/telemetry';
import { internalKey, readProgramRecord } from '../home.js';
import { addressText, type Settings } from '../settings.js';
import type { ServingProgram } from './program.js';

const DRAIN_MS = 10_000;

/** One worker of the gateway: serves from the socket it is given, or opens it and gives it to its parent to keep. */
export async function serveGateway(settings: Settings, log: Logger): Promise<ServingProgram> {
  const { layout } = settings;
  const key = internalKey(layout);
  const [, kept] = (await once(process, 'message')) as [unknown, object | undefined];
  const server = createGateway({
    listen: { ...settings.listen, ...(kept !== undefined && { handle: kept }) },
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
  process.send?.(address, kept === undefined ? (server.handle as SendHandle) : undefined);
  return { close: () => server.close(DRAIN_MS), destroy: () => server.destroy() };
}
