import type { TrafficReport } from '@openeas/contracts';
import { createUpstreamPool, type UpstreamCall } from '@openeas/http1';
import type { Clock } from '@openeas/kernel';
import type { ControlAddress } from '../options.js';
import type { TrafficBook } from './traffic-book.js';

/** How often news is told. */
export const REPORT_EVERY_MS = 500;
/** A report that is not answered by then is given up; the next one says the same and more. */
const ANSWER_MS = 2_000;
/** The last word must not hold up the end of the process. */
const LAST_WORD_MS = 500;

export interface TrafficReporter {
  /** Tells what there is at once, e.g. because routes have changed. */
  soon(): void;
  /** Tells the rest and ends; never later than half a second. */
  close(): Promise<void>;
  destroy(): void;
}

/** Tells control what was counted, twice a second while something changed. Counts only grow: a lost report costs nothing. */
export function reportTraffic(options: {
  readonly book: TrafficBook;
  /** Names this process. */
  readonly gateway: string;
  readonly control: () => ControlAddress | undefined;
  readonly clock: Clock;
}): TrafficReporter {
  const { book, gateway, clock } = options;
  const pool = createUpstreamPool({ clock });
  let stopped = false;
  let sending: Promise<void> | undefined;
  let again = false;
  let call: UpstreamCall | undefined;
  let cancelTick = (): void => {};

  function tick(): void {
    cancelTick = clock.after(REPORT_EVERY_MS, () => {
      soon();
      tick();
    });
  }

  function soon(): void {
    if (stopped) return;
    if (sending !== undefined) {
      again = true;
      return;
    }
    sending = send().finally(() => {
      sending = undefined;
      if (!again) return;
      again = false;
      soon();
    });
  }

  async function send(): Promise<void> {
    const control = options.control();
    const { epoch } = book;
    if (control === undefined || epoch === undefined) return;
    const { reports, arrived } = book.news();
    if (reports.length === 0) return;
    const report: TrafficReport = { gateway, epoch, counters: reports };
    if (await post(control, Buffer.from(JSON.stringify(report)))) arrived();
  }

  function post(control: ControlAddress, body: Buffer): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (taken: boolean): void => {
        cancelTimeout();
        call = undefined;
        resolve(taken);
      };
      const cancelTimeout = clock.after(ANSWER_MS, () => {
        call?.abort();
        settle(false);
      });
      let status = 0;
      call = pool.upstream(control.host, control.port).send(
        {
          method: 'POST',
          head: `POST /internal/v1/traffic HTTP/1.1\r\nhost: ${control.host}:${control.port}\r\nauthorization: Bearer ${control.key}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`,
          body,
        },
        {
          onResponse(head, whole) {
            status = head.status;
            if (whole !== undefined) settle(status === 200);
          },
          onData: () => {},
          onEnd: () => settle(status === 200),
          onFailure: () => settle(false),
        },
      );
    });
  }

  tick();
  return {
    soon,
    async close() {
      if (stopped) return;
      cancelTick();
      let cancelLimit = (): void => {};
      const limit = new Promise<void>((resolve) => {
        cancelLimit = clock.after(LAST_WORD_MS, resolve);
      });
      // What is on its way may lack the newest: once more after it.
      await Promise.race([Promise.resolve(sending).then(() => (stopped ? undefined : send())), limit]);
      cancelLimit();
      this.destroy();
    },
    destroy() {
      stopped = true;
      cancelTick();
      call?.abort();
      pool.destroy();
    },
  };
}
