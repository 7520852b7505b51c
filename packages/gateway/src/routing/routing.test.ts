import type { RoutingDelta } from '@openeas/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { route } from '../testing/rig.js';
import { applyUpdate, changedNames, type RoutingState } from './apply-update.js';
import { LineSplitter } from './line-splitter.js';
import { parseUpdate } from './parse-update.js';

const START: RoutingState = { epoch: 'e', revision: 3, routes: new Map([['a', route('a', [])]]) };

function delta(fields: Partial<RoutingDelta>): RoutingDelta {
  return { kind: 'delta', epoch: 'e', previous: 3, revision: 4, upsert: [], remove: [], ...fields };
}

describe('routing updates', () => {
  test('a delta leaves the state it builds on as it was, and names what changed', () => {
    const next = applyUpdate(START, delta({ upsert: [route('b', [])], remove: ['a'] }))!;
    expect([...next.routes.keys()]).toEqual(['b']);
    expect([...START.routes.keys()]).toEqual(['a']);
    expect(changedNames(START, next)).toEqual(['b', 'a']);
    expect(changedNames(undefined, START)).toEqual(['a']);
  });

  test('a route both removed and set in one delta is there', () => {
    expect(applyUpdate(START, delta({ upsert: [route('a', [])], remove: ['a'] }))!.routes.has('a')).toBe(
      true,
    );
  });

  test.each([
    ['another epoch', START, delta({ epoch: 'f' })],
    ['a gap', START, delta({ previous: 4, revision: 5 })],
    ['a delta seen before', START, delta({ previous: 2, revision: 3 })],
    ['a delta before any snapshot', undefined, delta({})],
  ])('%s does not fit', (_, state, update) => {
    expect(applyUpdate(state, update)).toBeUndefined();
  });

  test('any run of deltas ends where one snapshot of the same routes does', () => {
    const change = fc.record({
      upsert: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 3 }),
      remove: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
        const expected = new Set(START.routes.keys());
        let state = START;
        for (const { upsert, remove } of changes) {
          const previous = state.revision;
          const update = delta({
            previous,
            revision: previous + 1,
            remove,
            upsert: upsert.map((n) => route(n, [])),
          });
          // Over the wire and back.
          state = applyUpdate(state, parseUpdate(JSON.stringify(update)))!;
          for (const name of remove) expected.delete(name);
          for (const name of upsert) expected.add(name);
        }
        expect(new Set(state.routes.keys())).toEqual(expected);
      }),
    );
  });

  test.each([
    ['{}', 'epoch: expected a text'],
    ['{"kind":"other","epoch":"e","revision":1}', 'kind: expected full or delta'],
    ['{"kind":"full","epoch":"e","revision":-1,"routes":[]}', 'revision: expected a whole number'],
    ['{"kind":"full","epoch":"e","revision":1,"routes":[{"name":"a"}]}', 'a: serviceUid: expected a text'],
    [
      JSON.stringify({
        kind: 'full',
        epoch: 'e',
        revision: 1,
        routes: [{ ...route('a', []), rateLimit: 'x' }],
      }),
      'a: rateLimit: expected a number or null',
    ],
    [
      JSON.stringify({
        kind: 'full',
        epoch: 'e',
        revision: 1,
        routes: [route('a', [{ instanceId: 'i', version: 1, host: 'h', port: 70_000, gatewayKey: 'k' }])],
      }),
      'a: endpoint port: expected 1-65535, got 70000',
    ],
  ])('refuses %s by name', (text, message) => {
    expect(() => parseUpdate(text)).toThrow(message);
  });
});

describe('line splitter', () => {
  test('gives the same lines however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll('\n', ''))),
        fc.integer({ min: 1, max: 9 }),
        (lines, step) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
          const splitter = new LineSplitter(1000);
          const got: string[] = [];
          for (let at = 0; at < bytes.length; at += step)
            got.push(...splitter.push(bytes.subarray(at, at + step)));
          expect(got).toEqual(lines);
        },
      ),
    );
  });

  test('refuses a line without end', () => {
    const splitter = new LineSplitter(10);
    splitter.push(Buffer.from('12345678'));
    expect(() => splitter.push(Buffer.from('9abc'))).toThrow('longer than 10');
  });
});
