import { systemClock } from '@openeas/kernel';
import { prepareHome, removeProgramRecord, writeProgramRecord } from '../home.js';
import type { Settings } from '../settings.js';
import { VERSION } from '../version.js';
import { isGatewayWorker, startGatewayWorkers } from './gateway-workers.js';
import { runProgram } from './program.js';

/**
 * `openeas gateway`: the one address of the installation. This process keeps the listening socket and one or several
 * workers, which serve: while none is there, connections wait in the socket's queue instead of being refused.
 */
export function gateway(settings: Settings): Promise<number> {
  return runProgram('gateway', settings, async (log) => {
    if (isGatewayWorker(process.env)) {
      // Who keeps the socket needs nothing of what serving takes.
      const { serveGateway } = await import('./gateway-worker.js');
      return serveGateway(settings, log);
    }
    const { layout } = settings;
    prepareHome(layout);
    const workers = settings.gatewayWorkers;
    const { program, address } = await startGatewayWorkers(workers, settings.listen, systemClock, log);
    writeProgramRecord(layout.gatewayAddress, address, VERSION);
    log.info({ ...address, workers }, 'gateway serves');
    return {
      async close() {
        removeProgramRecord(layout.gatewayAddress);
        await program.close();
      },
      destroy: () => program.destroy(),
    };
  });
}
