import { createGateway } from '@openeas/gateway';
import { randomIds, systemClock } from '@openeas/kernel';
import {
  internalKey,
  prepareHome,
  readProgramRecord,
  removeProgramRecord,
  writeProgramRecord,
} from '../home.js';
import type { Settings } from '../settings.js';
import { VERSION } from '../version.js';
import { runProgram } from './program.js';

const DRAIN_MS = 10_000;

/** `openeas gateway`: the one address of the installation. */
export function gateway(settings: Settings): Promise<number> {
  return runProgram('gateway', settings, async (log) => {
    const { layout } = settings;
    prepareHome(layout);
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
    const address = await server.listen();
    writeProgramRecord(layout.gatewayAddress, address, VERSION);
    log.info(address, 'gateway serves');
    return {
      async close() {
        removeProgramRecord(layout.gatewayAddress);
        await server.close(DRAIN_MS);
      },
      destroy: () => server.destroy(),
    };
  });
}
