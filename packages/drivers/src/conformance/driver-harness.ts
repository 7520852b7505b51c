import { randomBytes } from 'node:crypto';
import type { InstanceConfig } from '@openeas/contracts';
import { vi } from 'vitest';
import type { InstanceDriver, InstanceIdentity, InstanceObservation } from '../port.js';

/** One test's world: a place for instances, and drivers over it. */
export interface DriverWorld {
  /** Another driver over the same place, as after a restart of control. The one before is closed, not asked. */
  reopen(): InstanceDriver;
  readonly driver: InstanceDriver;
  /** Ids and attempts of the processes that took an attempt, in order: `i-1/1`. */
  claimed(): readonly string[];
  /** How many instance processes of this world live. */
  alive(): number;
  /** A configuration whose attempts behave as told. */
  config(overrides: Partial<InstanceConfig>, behaviours?: readonly Behaviour[]): InstanceConfig;
}

/** See fixtures/runtime-double.mjs. */
export interface Behaviour {
  readonly claimAfterMs?: number;
  readonly readyAfterMs?: number;
  readonly exitAfterMs?: number;
  readonly failure?: { fault: 'model' | 'platform' | 'processor'; code: string; message: string };
  readonly dieBeforeClaim?: boolean;
  readonly ignoreStop?: boolean;
  readonly drainMs?: number;
  readonly silent?: boolean;
}

export function identityOf(config: InstanceConfig): InstanceIdentity {
  return { instanceId: config.instanceId, attempt: config.attempt, secret: config.secret };
}

export function newSecret(): string {
  return randomBytes(16).toString('hex');
}

/** Waits until `driver.inspect` says what is expected. */
export async function seen(
  driver: InstanceDriver,
  config: InstanceConfig,
  expected: (observation: InstanceObservation) => boolean,
): Promise<InstanceObservation> {
  return vi.waitUntil(
    async () => {
      const observation = await driver.inspect(identityOf(config));
      return expected(observation) ? observation : undefined;
    },
    { timeout: 20_000, interval: 10 },
  );
}

export const isReady = (observation: InstanceObservation): boolean =>
  observation.kind === 'running' && observation.status.phase === 'Ready';

export const isExited = (observation: InstanceObservation): boolean => observation.kind === 'exited';
