import { ManualClock } from '@openeas/kernel';
import { expect, it } from 'vitest';
import { AppliedRevisions } from './applied-revisions.js';

function observed(promise: Promise<boolean>): { value: boolean | undefined } {
  const seen: { value: boolean | undefined } = { value: undefined };
  void promise.then((value) => {
    seen.value = value;
  });
  return seen;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('is reached once every connected gateway has applied the revision', async () => {
  const revisions = new AppliedRevisions(new ManualClock());
  revisions.join('a');
  revisions.join('b');
  const seen = observed(revisions.reached(3, 1000));
  revisions.note('a', 3);
  revisions.note('b', 2);
  await turn();
  expect(seen.value).toBeUndefined();
  revisions.note('b', 4);
  await turn();
  expect(seen.value).toBe(true);
  expect(await revisions.reached(3, 1000)).toBe(true);
});

it('waits for a gateway to connect, and no longer than told', async () => {
  const clock = new ManualClock();
  const revisions = new AppliedRevisions(clock);
  const patient = observed(revisions.reached(0, 1000));
  const hasty = observed(revisions.reached(0, 500));
  clock.advance(500);
  await turn();
  expect([patient.value, hasty.value]).toEqual([undefined, false]);
  revisions.join('late');
  revisions.note('late', 0);
  await turn();
  expect(patient.value).toBe(true);
});

it('does not wait for a gateway that left, nor believe one that was never there', async () => {
  const revisions = new AppliedRevisions(new ManualClock());
  revisions.join('a');
  revisions.join('dying');
  revisions.note('a', 7);
  const seen = observed(revisions.reached(7, 1000));
  revisions.leave('dying');
  await turn();
  expect(seen.value).toBe(true);
  expect(revisions.note('dying', 9)).toBe(false);
});

it('lets everyone go when it closes', async () => {
  const revisions = new AppliedRevisions(new ManualClock());
  const seen = observed(revisions.reached(1, 1000));
  revisions.close();
  await turn();
  expect(seen.value).toBe(false);
});
