import { OpenEasError } from '@openeas/contracts';
import { type Clock, sleep } from '@openeas/kernel';
import type { Logger } from '@openeas/telemetry';
import { liveProgram, readProgramRecord } from '../home.js';
import type { Settings } from '../settings.js';
import { ChildProgram, EXIT } from './child-program.js';
import { stopAllInstances } from './stop-instances.js';

export interface SupervisorOptions {
  readonly settings: Settings;
  /** Path of the script that starts the programs: `openeas control`, `openeas gateway`. */
  readonly executable: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** True = control and gateway go on when the supervisor dies. */
  readonly detached: boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Control works in bursts: left to itself the collector lets the young generation grow to 48 MB in the first one and
 * keeps it for good.
 */
const NODE_FLAGS = { control: ['--max-semi-space-size=4'], gateway: [] } as const;
const READY_DEADLINE_MS = 60_000;
const GATEWAY_GRACE_MS = 15_000;
const CONTROL_GRACE_MS = 10_000;
const INSTANCE_GRACE_MS = 30_000;

/** Runs control and gateway; stops gateway, control and instances, in this order. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #control: ChildProgram;
  readonly #gateway: ChildProgram;
  #closing: Promise<void> | undefined;
  #fatal: ((error: Error) => void) | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#control = this.#program('control', options.settings.layout.controlAddress);
    this.#gateway = this.#program('gateway', options.settings.layout.gatewayAddress);
  }

  /** Resolves once both serve; rejects when one cannot, with the cause. */
  async start(signal: AbortSignal): Promise<void> {
    const { settings, clock } = this.#options;
    const refused = new Promise<never>((_, reject) => {
      this.#fatal = reject;
    });
    this.#control.start();
    this.#gateway.start();
    const deadline = clock.monotonic() + READY_DEADLINE_MS;
    const settled = new AbortController();
    const ready = async (): Promise<void> => {
      while (this.#control.record === undefined || this.#gateway.record === undefined) {
        if (clock.monotonic() > deadline) {
          throw new Error(
            `control and gateway did not start within ${READY_DEADLINE_MS / 1000} s; see ${settings.layout.logs}`,
          );
        }
        await sleep(clock, 25, AbortSignal.any([signal, settled.signal]));
      }
    };
    try {
      await Promise.race([ready(), refused]);
    } finally {
      settled.abort(); // The loser must not keep the process alive.
    }
  }

  /** Drains and stops; `instances` false leaves them serving nobody but direct callers. Idempotent. */
  close(options: { instances: boolean }): Promise<void> {
    this.#closing ??= this.#stop(options.instances);
    return this.#closing;
  }

  destroy(): void {
    this.#gateway.destroy();
    this.#control.destroy();
  }

  async #stop(instances: boolean): Promise<void> {
    const { settings, clock, log } = this.#options;
    await this.#gateway.close(GATEWAY_GRACE_MS);
    // Control goes before the instances: while it lives it would replace what we stop.
    await this.#control.close(CONTROL_GRACE_MS);
    if (instances)
      await stopAllInstances({ root: settings.layout.instances, graceMs: INSTANCE_GRACE_MS, clock, log });
  }

  #program(name: 'control' | 'gateway', recordFile: string): ChildProgram {
    const { settings, executable, env, detached, clock, log } = this.#options;
    const program = new ChildProgram({
      name,
      args: [...NODE_FLAGS[name], executable, name],
      recordFile,
      logFile: `${settings.layout.logs}/${name}.log`,
      env,
      outlivesUs: detached,
      clock,
      log,
    });
    program.onFatal = (code) => this.#fatal?.(fatalError(name, code, settings));
    return program;
  }
}

/** What runs now in this home, for `status`, `stop` and the refusal to start twice. */
export function runningPrograms(settings: Settings): {
  supervisor: ReturnType<typeof liveProgram>;
  control: ReturnType<typeof liveProgram>;
  gateway: ReturnType<typeof liveProgram>;
} {
  const { layout } = settings;
  return {
    supervisor: liveProgram(layout.supervisor),
    control: liveProgram(layout.controlAddress),
    gateway: liveProgram(layout.gatewayAddress),
  };
}

function fatalError(name: string, code: number, settings: Settings): Error {
  if (code === EXIT.addressInUse) {
    return new OpenEasError('AddressInUse', { address: `${settings.listen.host}:${settings.listen.port}` });
  }
  const last = lastErrorLine(settings, name);
  return new Error(last ?? `${name} cannot run (exit code ${code}); see ${settings.layout.logs}/${name}.log`);
}

/** Programs write the one line that explains a fatal end into their record's place. */
function lastErrorLine(settings: Settings, name: string): string | undefined {
  const record = readProgramRecord(`${settings.layout.run}/${name}.failure.json`) as
    | { message?: string }
    | undefined;
  return record?.message;
}
