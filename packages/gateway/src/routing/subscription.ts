import { createUpstreamPool, type UpstreamCall, type UpstreamPool } from '@openeas/http1';
import { backoffDelay, type Clock } from '@openeas/kernel';
import type { Logger } from '@openeas/telemetry';
import type { ControlAddress } from '../options.js';
import { Acknowledgements } from './acknowledgements.js';
import { applyUpdate, type RoutingState } from './apply-update.js';
import { LineSplitter } from './line-splitter.js';
import { parseUpdate } from './parse-update.js';

/** Control sends at least an empty line this often (it does every few seconds); silence means it is gone. */
const SILENCE_MS = 20_000;
/** A control that lives has sent its routes by then. */
const FIRST_ROUTES_MS = 1_000;
const BACKOFF = { initialMs: 100, maxMs: 500, factor: 2 } as const;
/** 10,000 services with ten instances each stay well below this. */
const MAX_LINE = 256 * 1024 * 1024;

export interface SubscriptionOptions {
  readonly control: () => ControlAddress | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** 0-1, spreads the reconnects of several gateways. */
  readonly random: () => number;
  readonly onState: (state: RoutingState) => void;
}

export interface Subscription {
  /** True while a stream is open and its first snapshot has come. */
  readonly connected: boolean;
  /** Resolves with the first routes, or once control is known not to send them, or has not for a second. */
  readonly settled: Promise<void>;
  stop(): void;
}

/** Follows control's routing stream for ever: reconnects after failures, silence, gaps and damaged lines. */
export function subscribe(options: SubscriptionOptions): Subscription {
  const { clock, log } = options;
  const pool: UpstreamPool = createUpstreamPool({ clock, maxIdle: 0 });
  let stopped = false;
  let connected = false;
  let failures = 0;
  let call: UpstreamCall | undefined;
  let cancelRetry: (() => void) | undefined;
  let cancelSilence: (() => void) | undefined;
  /** Grows with every attempt; what an earlier one still says is not heard. */
  let attempt = 0;
  let settle = (): void => {};
  const settled = new Promise<void>((resolve) => {
    const cancel = clock.after(FIRST_ROUTES_MS, resolve);
    settle = () => {
      cancel();
      resolve();
    };
  });

  function again(why: string): void {
    attempt++;
    call?.abort();
    call = undefined;
    cancelSilence?.();
    if (stopped) return;
    if (connected || failures === 0)
      log.warn({ why }, 'the routing stream from control ended; serving on what is known');
    connected = false;
    settle();
    failures++;
    const delay = backoffDelay(failures, BACKOFF);
    cancelRetry = clock.after(delay * (0.5 + options.random() / 2), open);
  }

  function heard(): void {
    cancelSilence?.();
    cancelSilence = clock.after(SILENCE_MS, () => again(`nothing was heard for ${SILENCE_MS} ms`));
  }

  function open(): void {
    const control = options.control();
    if (control === undefined) {
      again('control is not known to run');
      return;
    }
    const mine = attempt;
    const lines = new LineSplitter(MAX_LINE);
    const acknowledgements = new Acknowledgements(pool, control);
    let state: RoutingState | undefined;
    const take = (chunk: Buffer): void => {
      heard();
      for (const line of lines.push(chunk)) {
        if (line.trim() === '') continue;
        const next = applyUpdate(state, parseUpdate(line));
        if (next === undefined) throw new Error('a change does not fit onto what is known');
        state = next;
        if (!connected)
          log.info({ revision: next.revision, routes: next.routes.size }, 'routing table received');
        connected = true;
        failures = 0;
        options.onState(next);
        settle();
        acknowledgements.applied(next.revision);
      }
    };
    const guarded = (work: () => void): void => {
      if (mine !== attempt) return;
      try {
        work();
      } catch (error) {
        again((error as Error).message);
      }
    };
    heard();
    call = pool.upstream(control.host, control.port).send(
      {
        method: 'GET',
        head: `GET /internal/v1/routes HTTP/1.1\r\nhost: ${control.host}:${control.port}\r\nauthorization: Bearer ${control.key}\r\naccept: application/x-ndjson\r\n\r\n`,
        body: undefined,
      },
      {
        onResponse: (head, whole) =>
          guarded(() => {
            if (head.status !== 200) throw new Error(`control answered ${head.status}`);
            acknowledgements.subscriber = headerValue(head.headers, 'x-openeas-subscriber');
            if (whole === undefined) return;
            take(whole);
            throw new Error('control ended the stream');
          }),
        onData: (chunk) => guarded(() => take(chunk)),
        onEnd: () => guarded(() => again('control ended the stream')),
        onFailure: (failure) => guarded(() => again(failure.message)),
      },
    );
  }

  open();
  return {
    get connected() {
      return connected;
    },
    settled,
    stop() {
      stopped = true;
      settle();
      cancelRetry?.();
      again('stopped');
      pool.destroy();
    },
  };
}

function headerValue(headers: readonly string[], name: string): string | undefined {
  for (let at = 0; at < headers.length; at += 2) if (headers[at] === name) return headers[at + 1];
  return undefined;
}
