import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TrafficReport } from '@openeas/contracts';
import { ManualClock } from '@openeas/kernel';
import { expect, it, onTestFinished } from 'vitest';
import { TrafficBook } from './traffic-book.js';
import { REPORT_EVERY_MS, reportTraffic, type TrafficReporter } from './traffic-reporter.js';

interface Rig {
  readonly book: TrafficBook;
  readonly clock: ManualClock;
  readonly reporter: TrafficReporter;
  readonly reports: TrafficReport[];
  readonly requests: IncomingMessage[];
  /** Statuses for the next reports; 200 when used up. */
  readonly statuses: number[];
  until(condition: () => boolean): Promise<void>;
}

/** A reporter, and a control that takes its reports over a real socket. */
async function rig(options: { silent?: boolean } = {}): Promise<Rig> {
  const reports: TrafficReport[] = [];
  const requests: IncomingMessage[] = [];
  const statuses: number[] = [];
  let wake = (): void => {};
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      requests.push(request);
      reports.push(JSON.parse(text) as TrafficReport);
      if (options.silent !== true) response.writeHead(statuses.shift() ?? 200).end('{}');
      wake();
    });
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const book = new TrafficBook();
  const clock = new ManualClock(1_000);
  const control = { host: '127.0.0.1', port, key: 'secret' };
  const reporter = reportTraffic({ book, gateway: 'g', control: () => control, clock });
  onTestFinished(() => reporter.destroy());
  return {
    book,
    clock,
    reporter,
    reports,
    requests,
    statuses,
    async until(condition) {
      while (!condition()) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}

const accepted = (report: TrafficReport | undefined): number | undefined => report?.counters[0]?.counts[0];

it('tells control at its interval, with the key, and only when there is news', async () => {
  const { book, clock, reports, requests, until } = await rig();
  const counter = book.acquire('s', 1);
  counter.accepted();
  clock.advance(REPORT_EVERY_MS);
  expect(reports).toEqual([]);
  book.follow('epoch');
  clock.advance(REPORT_EVERY_MS);
  await until(() => reports.length === 1);
  expect(requests[0]?.headers.authorization).toBe('Bearer secret');
  expect(`${requests[0]?.method} ${requests[0]?.url}`).toBe('POST /internal/v1/traffic');
  expect(reports[0]).toMatchObject({
    gateway: 'g',
    epoch: 'epoch',
    counters: [{ serviceUid: 's', version: 1 }],
  });
  await untilQuiet(book);
  clock.advance(5 * REPORT_EVERY_MS);
  counter.finished(200, false);
  clock.advance(REPORT_EVERY_MS);
  await until(() => reports.length === 2);
});

it('says the same again, and more, when a report was not taken', async () => {
  const { book, clock, reports, statuses, until } = await rig();
  statuses.push(503, 409);
  book.follow('epoch');
  const counter = book.acquire('s', 1);
  for (let count = 1; count <= 3; count++) {
    counter.accepted();
    const told = (): boolean => accepted(reports.at(-1)) === count;
    while (!told()) {
      clock.advance(REPORT_EVERY_MS);
      await Promise.race([until(told), new Promise((resolve) => setImmediate(resolve))]);
    }
  }
  // Refused, refused, taken: each says all there is.
  expect(statuses).toEqual([]);
  expect(reports.length).toBeGreaterThanOrEqual(3);
  await untilQuiet(book);
});

it('has its last word before it ends', async () => {
  const { book, reporter, reports } = await rig();
  book.follow('epoch');
  book.acquire('s', 1).accepted();
  await reporter.close();
  expect(reports.map(accepted)).toEqual([1]);
  await reporter.close();
  reporter.soon();
  expect(reports).toHaveLength(1);
});

it('does not let a silent control hold up the end', async () => {
  const { book, clock, reporter, reports, until } = await rig({ silent: true });
  book.follow('epoch');
  book.acquire('s', 1).accepted();
  const closed = reporter.close();
  await until(() => reports.length === 1);
  clock.advance(1_000);
  await closed;
});

/** Resolves when control's answer has arrived: nothing is left to tell. */
async function untilQuiet(book: TrafficBook): Promise<void> {
  while (book.news().reports.length > 0) await new Promise((resolve) => setImmediate(resolve));
}
