import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { INSTANCE_FILES, type InstanceConfig } from '@openeas/contracts';
import type { InstanceDriver, InstanceIdentity } from '@openeas/drivers';
import { type Clock, sleep } from '@openeas/kernel';
import type { Logger } from '@openeas/telemetry';
import { createInstanceDriver } from '../programs/instance-driver.js';

export interface StopInstancesOptions {
  readonly root: string;
  readonly graceMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Drains and stops every instance of this home. It needs neither control nor the store: the folders say who
 * runs, and the driver proves the identity before it touches a process.
 */
export async function stopAllInstances(options: StopInstancesOptions): Promise<void> {
  const driver = createInstanceDriver(options);
  await Promise.all(instanceIdentities(options.root).map((identity) => stopOne(driver, identity, options)));
}

/** Who the folders say there is; a folder without a readable configuration holds no process of ours. */
export function instanceIdentities(root: string): readonly InstanceIdentity[] {
  const identities: InstanceIdentity[] = [];
  for (const id of readdirSync(root)) {
    try {
      const config = JSON.parse(
        readFileSync(join(root, id, INSTANCE_FILES.config), 'utf8'),
      ) as InstanceConfig;
      identities.push({ instanceId: config.instanceId, attempt: config.attempt, secret: config.secret });
    } catch {
      // Removed meanwhile, or never started.
    }
  }
  return identities;
}

async function stopOne(
  driver: InstanceDriver,
  identity: InstanceIdentity,
  { graceMs, clock, log }: StopInstancesOptions,
): Promise<void> {
  const alive = async (): Promise<boolean> => {
    const { kind } = await driver.inspect(identity);
    return kind === 'running' || kind === 'starting';
  };
  if (!(await alive())) return;
  await driver.stop(identity, graceMs);
  const deadline = clock.monotonic() + graceMs + 2_000;
  while (await alive()) {
    if (clock.monotonic() > deadline) {
      log.warn({ instance: identity.instanceId }, 'instance did not drain in time; ended it');
      await driver.kill(identity);
      return;
    }
    await sleep(clock, 50);
  }
}
