import { TRAFFIC_FIELDS, type TrafficCounterReport, type TrafficCounts } from '@openeas/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TrafficBook } from './traffic-book.js';
import type { TrafficCounter } from './traffic-counter.js';

function countsOf(report: TrafficCounterReport): TrafficCounts {
  return Object.fromEntries(
    TRAFFIC_FIELDS.map((field, index) => [field, report.counts[index]]),
  ) as unknown as TrafficCounts;
}

it('tells what changed, once it has arrived not again', () => {
  const book = new TrafficBook();
  const counter = book.acquire('s', 1);
  book.acquire('s', 2);
  counter.accepted();
  counter.finished(200, false);
  const first = book.news();
  expect(first.reports.map(({ version }) => version)).toEqual([1]);
  expect(countsOf(first.reports[0]!)).toMatchObject({ accepted: 1, answered2xx: 1, failed: 0 });
  // It did not arrive: the next report says the same and more.
  counter.accepted();
  const second = book.news();
  expect(countsOf(second.reports[0]!)).toMatchObject({ accepted: 2, answered2xx: 1 });
  first.arrived();
  expect(book.news().reports).toHaveLength(1);
  second.arrived();
  expect(book.news().reports).toEqual([]);
});

it.each<[number, boolean, number, keyof TrafficCounts]>([
  [204, false, 1, 'answered2xx'],
  [101, false, 1, 'answered2xx'],
  [304, false, 1, 'answered3xx'],
  [450, false, 1, 'answered4xx'],
  [500, false, 1, 'answered5xx'],
  [502, true, 1, 'failed'],
  [413, true, 1, 'answered4xx'],
  [499, false, 1, 'abandoned'],
  [401, true, 0, 'answered4xx'],
  [503, true, 0, 'failed'],
])('counts %i (by the gateway: %s) of version %i as %s', (status, byGateway, version, field) => {
  const book = new TrafficBook();
  const counter = book.acquire('s', version);
  counter.accepted();
  counter.finished(status, byGateway);
  expect(countsOf(book.news().reports[0]!)[field]).toBe(1);
  expect(counter.open).toBe(0);
});

it('keeps a counter that nobody uses until its last request has ended and control has heard of it', () => {
  const book = new TrafficBook();
  const counter = book.acquire('s', 1);
  counter.accepted();
  book.release(counter);
  const under = book.news();
  expect(under.reports[0]).toMatchObject({ last: false });
  under.arrived();
  counter.finished(200, false);
  const over = book.news();
  expect(over.reports[0]).toMatchObject({ last: true });
  expect(book.size).toBe(1);
  over.arrived();
  expect(book.size).toBe(0);
  expect(book.acquire('s', 1).id).not.toBe(counter.id);
});

it('starts from zero for another start of control, with what is under way', () => {
  const book = new TrafficBook();
  book.follow('one');
  const counter = book.acquire('s', 1);
  counter.accepted();
  counter.finished(200, false);
  counter.accepted();
  book.follow('one');
  expect(countsOf(book.news().reports[0]!)).toMatchObject({ accepted: 2, answered2xx: 1 });
  book.follow('two');
  counter.finished(200, false);
  expect(countsOf(book.news().reports[0]!)).toMatchObject({ accepted: 1, answered2xx: 1 });
});

it('adds up: every request given to a version is answered, failed, given away, abandoned or under way', () => {
  const act = fc.constantFrom('accept', 'answer', 'fail', 'away', 'leave', 'follow');
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const book = new TrafficBook();
      book.follow('0');
      const counter: TrafficCounter = book.acquire('s', 1);
      let open = 0;
      for (const [index, word] of acts.entries()) {
        if (word === 'accept') {
          counter.accepted();
          open++;
        } else if (word === 'follow') book.follow(String(index + 1));
        else if (open > 0) {
          open--;
          if (word === 'answer') counter.finished(200, false);
          else if (word === 'fail') counter.finished(502, true);
          else if (word === 'leave') counter.finished(499, false);
          else counter.redispatched();
        }
        expect(counter.open).toBe(open);
        const { accepted, ...rest } = countsOf(counter.report(false).report);
        expect(accepted - Object.values(rest).reduce((sum, each) => sum + each, 0)).toBe(open);
        for (const count of Object.values(rest)) expect(count).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});
