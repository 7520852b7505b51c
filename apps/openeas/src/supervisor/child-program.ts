import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import {
  backoffDelay,
  type Clock,
  isAlive,
  type ProcessIdentity,
  processIdentity,
  signalProcess,
} from '@openeas/kernel';
import type { Logger } from '@openeas/telemetry';
import { liveProgram, type ProgramRecord } from '../home.js';

export interface ChildProgramOptions {
  readonly name: string;
  readonly args: readonly string[];
  /** Where the program writes its record once it serves. */
  readonly recordFile: string;
  readonly logFile: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** True = the program goes on when this supervisor dies. */
  readonly outlivesUs: boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

const RESTART = { initialMs: 100, maxMs: 5_000, factor: 2 };
/** A program that lived this long before it ended could start: it starts again without a growing delay. */
const STEADY_MS = 1_000;
const POLL_MS = 250;

type State = 'idle' | 'running' | 'waiting' | 'closing' | 'closed';

/** Keeps one program running: adopts a live one, else starts it, and restarts it with backoff. */
export class ChildProgram {
  readonly name: string;
  readonly #options: ChildProgramOptions;
  #state: State = 'idle';
  #child: ChildProcess | undefined;
  #identity: ProcessIdentity | undefined;
  #failures = 0;
  #startedAt = 0;
  #cancelTimer: (() => void) | undefined;
  /** Called when the program ended with a code that a restart cannot mend. */
  onFatal: ((code: number) => void) | undefined;

  constructor(options: ChildProgramOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** The record of the running program once it serves. */
  get record(): ProgramRecord | undefined {
    return liveProgram(this.#options.recordFile);
  }

  start(): void {
    if (this.#state !== 'idle') return;
    const running = liveProgram(this.#options.recordFile);
    if (running === undefined) {
      this.#spawn();
      return;
    }
    this.#options.log.info({ pid: running.pid }, `${this.name} is running already; adopted`);
    this.#state = 'running';
    this.#identity = running;
    this.#startedAt = this.#options.clock.monotonic();
    this.#poll();
  }

  /** Asks the program to end and waits for it; after `graceMs` it is killed. */
  async close(graceMs: number): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closing';
    this.#cancelTimer?.();
    const identity = this.#identity;
    if (identity !== undefined && signalProcess(identity, 'SIGTERM')) {
      if (!(await this.#gone(identity, graceMs)) && signalProcess(identity, 'SIGKILL')) {
        await this.#gone(identity, 5_000);
      }
    }
    this.#state = 'closed';
  }

  destroy(): void {
    this.#state = 'closed';
    this.#cancelTimer?.();
    if (this.#identity !== undefined) signalProcess(this.#identity, 'SIGKILL');
  }

  #spawn(): void {
    const { args, env, logFile, outlivesUs, clock, log } = this.#options;
    const output = openSync(logFile, 'a', 0o600);
    // A group of its own: Ctrl-C in the terminal reaches the supervisor only, which stops things in order.
    // The channel tells a program that its supervisor died; one that outlives us has none.
    const child = spawn(process.execPath, [...args], {
      detached: true,
      stdio: outlivesUs ? ['ignore', output, output] : ['ignore', output, output, 'ipc'],
      env: env as NodeJS.ProcessEnv,
    });
    closeSync(output);
    this.#child = child;
    this.#state = 'running';
    this.#startedAt = clock.monotonic();
    if (child.pid !== undefined) this.#identity = processIdentity(child.pid);
    child.on('error', (error) => {
      log.error({ err: error }, `${this.name} could not be started`);
      this.#ended(1);
    });
    child.on('exit', (code, signal) => {
      if (this.#child === child) this.#ended(code ?? 128, signal);
    });
  }

  #ended(code: number, signal: NodeJS.Signals | null = null): void {
    if (this.#state !== 'running') return;
    this.#child = undefined;
    this.#identity = undefined;
    // Right after a crash the address may still be held by what the dead program left behind for a moment.
    const passes = code === EXIT.addressInUse && this.#failures > 0;
    if (FATAL_EXIT_CODES.has(code) && !passes) {
      this.#state = 'closed';
      this.onFatal?.(code);
      return;
    }
    const { clock, log } = this.#options;
    if (clock.monotonic() - this.#startedAt > STEADY_MS) this.#failures = 0;
    const delay = backoffDelay(++this.#failures, RESTART);
    log.warn({ code, signal, delay }, `${this.name} ended; starting it again`);
    this.#state = 'waiting';
    this.#cancelTimer = clock.after(delay, () => {
      this.#state = 'idle';
      this.start();
    });
  }

  /** An adopted program is not our child: its end is seen by looking. */
  #poll(): void {
    this.#cancelTimer = this.#options.clock.after(POLL_MS, () => {
      if (this.#state !== 'running' || this.#identity === undefined) return;
      if (isAlive(this.#identity)) this.#poll();
      else this.#ended(128);
    });
  }

  async #gone(identity: ProcessIdentity, withinMs: number): Promise<boolean> {
    const { clock } = this.#options;
    const deadline = clock.monotonic() + withinMs;
    while (isAlive(identity)) {
      if (clock.monotonic() >= deadline) return false;
      await new Promise<void>((resolve) => void clock.after(25, resolve));
    }
    return true;
  }
}

/** Exit codes by which a program says that starting it again cannot help. */
export const EXIT = { ok: 0, failed: 1, usage: 2, addressInUse: 10, database: 11, home: 12 } as const;
const FATAL_EXIT_CODES: ReadonlySet<number> = new Set([EXIT.addressInUse, EXIT.database, EXIT.home]);
