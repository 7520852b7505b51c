import { TRAFFIC_FIELDS, type TrafficReport } from '@openeas/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TrafficLedger, trafficSince } from './traffic-ledger.js';

const counts = (accepted: number): number[] => TRAFFIC_FIELDS.map((_, index) => (index === 0 ? accepted : 0));

function report(
  gateway: string,
  counter: number,
  accepted: number,
  changes: Partial<TrafficReport> & { last?: boolean; version?: number } = {},
): TrafficReport {
  const { last = false, version = 1, ...rest } = changes;
  return {
    gateway,
    epoch: 'now',
    counters: [{ counter, serviceUid: 's', version, counts: counts(accepted), last }],
    ...rest,
  };
}

const acceptedBy = (ledger: TrafficLedger, version = 1): number => ledger.traffic('s').get(version)?.[0] ?? 0;

it('adds up several workers and takes a repeated report once', () => {
  const ledger = new TrafficLedger('now');
  ledger.note(report('a', 1, 5));
  ledger.note(report('b', 1, 7));
  ledger.note(report('a', 1, 5));
  ledger.note(report('a', 1, 9));
  expect(acceptedBy(ledger)).toBe(16);
});

it('adds a worker that was started anew, and a counter that took the place of another', () => {
  const ledger = new TrafficLedger('now');
  ledger.note(report('a', 1, 5));
  ledger.note(report('a again', 1, 3));
  ledger.note(report('a', 1, 6, { last: true }));
  ledger.note(report('a', 2, 4));
  expect(acceptedBy(ledger)).toBe(13);
});

it('takes nothing that was counted for another start of control', () => {
  const ledger = new TrafficLedger('now');
  expect(ledger.note(report('a', 1, 5, { epoch: 'before' }))).toBe(false);
  expect(acceptedBy(ledger)).toBe(0);
});

it('tells what came since a mark, by version, and nothing of quiet ones', () => {
  const ledger = new TrafficLedger('now');
  ledger.note(report('a', 1, 5));
  ledger.note(report('a', 2, 5, { version: 2 }));
  const mark = ledger.traffic('s');
  ledger.note(report('a', 2, 8, { version: 2 }));
  ledger.note(report('a', 3, 1, { version: 3 }));
  const since = trafficSince(ledger.traffic('s'), mark);
  expect([...since].map(([version, [accepted]]) => [version, accepted])).toEqual([
    [2, 3],
    [3, 1],
  ]);
});

it('counts each request once, however reports repeat, are lost or come late', () => {
  const delivery = fc.record({ worker: fc.nat(2), steps: fc.nat(5), back: fc.nat(2), lost: fc.boolean() });
  fc.assert(
    fc.property(fc.array(delivery, { maxLength: 40 }), (deliveries) => {
      const ledger = new TrafficLedger('now');
      const sums = [0, 0, 0];
      const sent: number[][] = [[0], [0], [0]];
      const heard = [0, 0, 0];
      for (const { worker, steps, back, lost } of deliveries) {
        sums[worker]! += steps;
        sent[worker]!.push(sums[worker]!);
        if (lost) continue;
        const value = sent[worker]!.at(-1 - back) ?? 0;
        ledger.note(report(String(worker), 1, value));
        heard[worker] = Math.max(heard[worker]!, value);
      }
      expect(acceptedBy(ledger)).toBe(heard.reduce((sum, each) => sum + each, 0));
    }),
  );
});
