import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { locateJsonError } from './locate-json-error.js';

describe('locating an error in JSON', () => {
  test.each([
    ['', 1, 1, 'the end of the body where a value'],
    ['[1,]', 1, 4, '"]" where a value'],
    ['[1 2]', 1, 4, '"2" where "," or "]"'],
    ['{"a":1,}', 1, 8, 'where a name'],
    ["{'a':1}", 1, 2, 'where a name'],
    ['{"a" 1}', 1, 6, 'where ":"'],
    ['[\n  {"a": abc}\n]', 2, 9, '"a" where a value'],
    ['[1] x', 1, 5, '"x" after the end'],
    ['["a\nb"]', 1, 4, 'U+000a'],
    ['["\\q"]', 1, 3, 'unknown escape \\q'],
    ['["\\u12g4"]', 1, 3, 'broken \\u escape'],
    ['["abc', 1, 6, 'the end of the body inside a string'],
    ['[01]', 1, 3, '"1" where'],
    ['[+1]', 1, 2, '"+" where a value'],
    ['[NaN]', 1, 2, '"N" where a value'],
  ])('%j: line %i, column %i: %s', (text, line, column, reason) => {
    expect(locateJsonError(text)).toMatchObject({ line, column, reason: expect.stringContaining(reason) });
  });

  test('agrees with JSON.parse on what is JSON', () => {
    const mutated = fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 })).map(([text, at, insert]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + insert + text.slice(place + insert.length);
    });
    fc.assert(
      fc.property(fc.oneof(fc.json(), mutated), (text) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect(locateJsonError(text) === undefined).toBe(isJson);
      }),
      { numRuns: 2000 },
    );
  });

  test('gives up on nesting instead of the stack', () => {
    expect(locateJsonError('['.repeat(100_000))?.reason).toContain('levels of nesting');
  });
});
