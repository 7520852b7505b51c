import type { Upstream } from '@openeas/http1';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endpoint } from '../testing/rig.js';
import { Instance, leastLoaded } from './instance.js';
import { chooseWeighted } from './weighted-choice.js';

function instance(id: string, outstanding = 0): Instance {
  const made = new Instance(endpoint(id, 1), {} as Upstream);
  made.outstanding = outstanding;
  return made;
}

describe('weighted choice', () => {
  test('chooses each exactly as often as its weight says, in every round', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 6 }), (weights) => {
        const things = weights.map((weight) => ({ weight, score: 0, chosen: 0 }));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        for (let i = 0; i < 2 * total; i++) chooseWeighted(things, () => true)!.chosen++;
        expect(things.map((thing) => thing.chosen)).toEqual(weights.map((weight) => 2 * weight));
      }),
    );
  });

  test('spreads the choices of one out', () => {
    const things = [
      { name: 'a', weight: 5, score: 0 },
      { name: 'b', weight: 1, score: 0 },
      { name: 'c', weight: 1, score: 0 },
    ];
    const order = Array.from({ length: 7 }, () => chooseWeighted(things, () => true)!.name).join('');
    expect(order).toBe('aabacaa');
  });

  test('leaves out what cannot be used, and says when nothing is left', () => {
    const things = [
      { name: 'a', weight: 5, score: 0 },
      { name: 'b', weight: 1, score: 0 },
    ];
    expect(chooseWeighted(things, (thing) => thing.name === 'b')?.name).toBe('b');
    expect(chooseWeighted(things, () => false)).toBeUndefined();
    expect(chooseWeighted([{ weight: 0, score: 0 }], () => true)).toBeUndefined();
  });
});

describe('least loaded', () => {
  test('takes one with the fewest requests that does not rest and was not tried', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ load: fc.nat(5), rests: fc.boolean(), tried: fc.boolean() }), { maxLength: 6 }),
        fc.nat(20),
        (facts, start) => {
          const all = facts.map(({ load, rests }, i) => {
            const made = instance(`i${i}`, load);
            if (rests) made.failed(0);
            return made;
          });
          const tried = all.filter((_, i) => facts[i]!.tried);
          const chosen = leastLoaded(all, tried, 50, start);
          const open = all.filter((one) => !tried.includes(one));
          const awake = open.filter((one) => one.restUntil <= 50);
          if (open.length === 0) expect(chosen).toBeUndefined();
          else if (awake.length === 0) expect(open).toContain(chosen);
          else {
            expect(awake).toContain(chosen);
            expect(chosen!.outstanding).toBe(Math.min(...awake.map((one) => one.outstanding)));
          }
        },
      ),
    );
  });

  test('takes turns when all have the same to do', () => {
    const all = [instance('a'), instance('b'), instance('c')];
    const names = [0, 1, 2, 3].map((start) => leastLoaded(all, [], 0, start)!.endpoint.instanceId);
    expect(names).toEqual(['a', 'b', 'c', 'a']);
  });
});

describe('rest', () => {
  test('grows with failures in a row, counts those under way together once, ends with an answer', () => {
    const one = instance('a');
    one.failed(1000);
    one.failed(1001);
    one.failed(1050);
    expect(one.restUntil).toBe(1100);
    one.failed(1100);
    expect(one.restUntil).toBe(1300);
    for (let now = one.restUntil, i = 0; i < 20; i++, now = one.restUntil) one.failed(now);
    const before = one.restUntil;
    one.failed(before);
    expect(one.restUntil - before).toBe(5000);
    one.succeeded();
    expect(one.restUntil).toBe(0);
    one.failed(90_000);
    expect(one.restUntil).toBe(90_100);
  });
});
