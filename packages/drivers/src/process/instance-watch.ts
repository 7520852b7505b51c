import { type Clock, sleep } from '@openeas/kernel';
import type { InstanceIdentity, InstanceObservation } from '../port.js';
import type { AdminClient } from './admin-client.js';
import type { Trace } from './instance-process.js';

/** Heartbeats come every 2 s: three missed ones end a connection. */
const HEARTBEAT_SILENCE_MS = 7_000;
/** A live instance that was not heard for this long is reported as not answering. */
const SILENCE_MS = 10_000;
const FASTEST_LOOK_MS = 10;
const SLOWEST_LOOK_MS = 250;
const ABSENT_LOOK_MS = 500;

export interface WatchSources {
  readonly clock: Clock;
  readonly admin: AdminClient;
  trace(): Trace;
  logTail(): readonly string[];
}

/**
 * Follows one attempt to its end. While the instance is up its own stream carries every change; before that,
 * and when the stream breaks, the files and the process table are looked at in short steps.
 *
 *     absent ─► spawned ─► alive ─► connected ⇄ alive (stream broken) ─► exited
 */
export class InstanceWatch {
  readonly #identity: InstanceIdentity;
  readonly #sources: WatchSources;
  readonly #onChange: (observation: InstanceObservation) => void;
  readonly #stop = new AbortController();
  #interrupt = new AbortController();
  #heardAt: number;
  #said: InstanceObservation['kind'] | undefined;

  constructor(
    identity: InstanceIdentity,
    sources: WatchSources,
    onChange: (observation: InstanceObservation) => void,
  ) {
    this.#identity = identity;
    this.#sources = sources;
    this.#onChange = onChange;
    this.#heardAt = sources.clock.monotonic();
  }

  /** Resolves when the attempt has ended or `stop` was called. */
  async run(): Promise<void> {
    let pauseMs = FASTEST_LOOK_MS;
    while (!this.#stop.signal.aborted) {
      const trace = this.#sources.trace();
      if (trace.kind === 'exited') {
        this.#say({ kind: 'exited', status: trace.status, logTail: this.#sources.logTail() });
        return;
      }
      if (trace.kind === 'alive' && (await this.#follow(trace.status?.adminPort ?? 0))) {
        pauseMs = FASTEST_LOOK_MS;
      } else this.#sayWaiting(trace);
      if (trace.kind === 'absent') await this.#pause(ABSENT_LOOK_MS);
      else {
        await this.#pause(pauseMs);
        pauseMs = Math.min(SLOWEST_LOOK_MS, pauseMs * 2);
      }
    }
  }

  /** Something happened to the instance: look now. */
  nudge(): void {
    this.#interrupt.abort();
  }

  stop(): void {
    this.#stop.abort();
    this.#interrupt.abort();
  }

  /** Follows the instance's stream to its end; false when nothing was heard. */
  async #follow(port: number): Promise<boolean> {
    if (port === 0) return false;
    let heard = false;
    await this.#sources.admin.watch(
      port,
      this.#identity,
      HEARTBEAT_SILENCE_MS,
      (status) => {
        heard = true;
        this.#heardAt = this.#sources.clock.monotonic();
        this.#say({ kind: 'running', status });
      },
      this.#stop.signal,
    );
    return heard;
  }

  /** One that was heard a moment ago is not called silent because its stream broke. */
  #sayWaiting(trace: Trace): void {
    if (trace.kind === 'absent') {
      if (this.#said !== 'absent') this.#say({ kind: 'absent' });
      return;
    }
    if (this.#said === 'starting') return;
    const silentMs = this.#sources.clock.monotonic() - this.#heardAt;
    const answersYet = trace.kind === 'alive' && (trace.status?.adminPort ?? 0) > 0;
    if (!answersYet || silentMs >= SILENCE_MS) this.#say({ kind: 'starting' });
  }

  #say(observation: InstanceObservation): void {
    if (this.#stop.signal.aborted) return;
    this.#said = observation.kind;
    this.#onChange(observation);
  }

  async #pause(ms: number): Promise<void> {
    if (this.#stop.signal.aborted) return;
    try {
      await sleep(this.#sources.clock, ms, this.#interrupt.signal);
    } catch {
      // Nudged (perhaps before the pause began) or stopped: the loop looks at once.
      this.#interrupt = new AbortController();
    }
  }
}
