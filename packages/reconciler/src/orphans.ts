import type { InstanceDriver } from '@openeas/drivers';
import type { Logger } from '@openeas/telemetry';

/**
 * Ends and removes what the driver holds and no row knows: left by a database that was restored from an
 * older copy, or by a deletion that was cut off.
 */
export async function removeOrphans(
  driver: InstanceDriver,
  known: ReadonlySet<string>,
  log: Logger,
): Promise<void> {
  for (const instanceId of await driver.list()) {
    if (known.has(instanceId)) continue;
    try {
      const recorded = await driver.recorded(instanceId);
      if (recorded !== undefined) await driver.kill(recorded);
      await driver.remove(instanceId);
      log.warn({ instanceId }, 'removed an instance that belongs to no service');
    } catch (error) {
      // It must not keep the others from being served; the next start tries again.
      log.error({ err: error, instanceId }, 'an instance without a service could not be removed');
    }
  }
}
