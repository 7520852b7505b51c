import type { Seen } from '@openeas/domain';
import type { InstanceDriver, InstanceIdentity, InstanceObservation } from '@openeas/drivers';
import type { Clock } from '@openeas/kernel';

export interface InstanceWatchesOptions {
  readonly driver: InstanceDriver;
  readonly clock: Clock;
  /** Address instances listen on. */
  readonly listenHost: string;
  /** Something that matters for the service was seen. */
  readonly onChange: (serviceUid: string) => void;
}

interface Watched {
  readonly serviceUid: string;
  readonly attempt: number;
  seen: Seen;
  unwatch: () => void;
}

/**
 * The last word of every instance, carried by the driver's streams: a pass over all services asks nobody.
 * Heartbeats that change nothing wake nobody.
 */
export class InstanceWatches {
  readonly #options: InstanceWatchesOptions;
  readonly #watched = new Map<string, Watched>();
  #closed = false;

  constructor(options: InstanceWatchesOptions) {
    this.#options = options;
  }

  /** What was last seen of this attempt; watches it from now on. */
  seen(serviceUid: string, identity: InstanceIdentity): Seen {
    const known = this.#watched.get(identity.instanceId);
    if (known?.attempt === identity.attempt) return known.seen;
    known?.unwatch();
    if (this.#closed) return { kind: 'unknown' };
    const entry: Watched = {
      serviceUid,
      attempt: identity.attempt,
      seen: { kind: 'unknown' },
      unwatch: () => {},
    };
    this.#watched.set(identity.instanceId, entry);
    entry.unwatch = this.#options.driver.watch(identity, (observation) => {
      if (this.#watched.get(identity.instanceId) === entry) this.#note(entry, observation);
    });
    return entry.seen;
  }

  /** An attempt that could not even be started has ended. */
  noteStartFailure(instanceId: string, attempt: number, message: string): void {
    const entry = this.#watched.get(instanceId);
    if (entry?.attempt !== attempt) return;
    entry.seen = {
      kind: 'exited',
      failure: { fault: 'platform', code: 'StartFailed', message },
      asAsked: false,
      lastLine: '',
    };
    this.#options.onChange(entry.serviceUid);
  }

  forget(instanceId: string): void {
    this.#watched.get(instanceId)?.unwatch();
    this.#watched.delete(instanceId);
  }

  close(): void {
    this.#closed = true;
    for (const instanceId of [...this.#watched.keys()]) this.forget(instanceId);
  }

  #note(entry: Watched, observation: InstanceObservation): void {
    const next = toSeen(observation, this.#options.listenHost, this.#options.clock.now());
    const before = entry.seen;
    if (same(before, next)) return;
    const goesOn = phaseOf(before) === phaseOf(next) && 'since' in before && 'since' in next;
    entry.seen = goesOn ? { ...next, since: before.since } : next;
    this.#options.onChange(entry.serviceUid);
  }
}

function toSeen(observation: InstanceObservation, host: string, now: number): Seen {
  switch (observation.kind) {
    case 'absent':
      return { kind: 'absent' };
    case 'starting':
      return { kind: 'starting', since: now };
    case 'running': {
      // An instance that was adopted may listen elsewhere than new ones do.
      const { phase, port, message, failure, host: own = host } = observation.status;
      return { kind: 'running', since: now, phase, host: own, port, message, failure };
    }
    case 'exited':
      return {
        kind: 'exited',
        failure: observation.status?.failure ?? null,
        asAsked: observation.status?.phase === 'Stopped',
        lastLine: observation.logTail.at(-1)?.slice(0, 500) ?? '',
      };
  }
}

function phaseOf(seen: Seen): string {
  return seen.kind === 'running' ? seen.phase : seen.kind;
}

function same(a: Seen, b: Seen): boolean {
  if (a.kind === 'running' && b.kind === 'running') {
    return (
      a.phase === b.phase &&
      a.port === b.port &&
      a.host === b.host &&
      a.failure?.message === b.failure?.message &&
      (a.phase === 'Ready' || a.message === b.message)
    );
  }
  return a.kind === b.kind;
}
