import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth } from './display-width.js';
import { parseJson } from './json-syntax.js';
import { localTime } from './local-time.js';
import { oneLine, printable } from './printable.js';
import { gridTable, pairTable } from './table.js';

describe('displayWidth', () => {
  it.each([
    ['abc', 3],
    ['模型', 4],
    ['ｆｕｌｌ', 8],
    ['한글', 4],
    ['é', 1],
    ['e\u0301', 1],
    ['🚀', 2],
    ['a\u200bb', 2],
    ['', 0],
  ])('of %j is %d', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe('tables', () => {
  it('have lines of one width, whatever the cells hold', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.integer(),
      fc.constantFrom('模型', 'a\nb', '\u001b[1m', undefined),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell)), (rows) => {
        const lines = gridTable(['A', '名字'], rows).split('\n');
        expect(new Set(lines.map(displayWidth)).size).toBe(1);
        const pairs = pairTable(rows.map(([name, value]) => [String(name), value])).split('\n');
        expect(new Set(pairs.map(displayWidth)).size).toBe(1);
      }),
    );
  });

  it('align numbers to the right', () => {
    expect(
      gridTable(
        ['NAME', 'N'],
        [
          ['a', 1],
          ['模', 10],
        ],
      ),
    ).toBe(
      [
        '+------+----+',
        '| NAME | N  |',
        '+------+----+',
        '| a    |  1 |',
        '| 模   | 10 |',
        '+------+----+',
      ].join('\n'),
    );
  });
});

describe('printable', () => {
  it('shows what would steer a terminal and keeps the rest', () => {
    expect(printable('a\u001b[2Jb\rc\u202ed\te\n模')).toBe('a\\x1b[2Jb\\x0dc\\u202ed\te\n模');
    expect(oneLine(' two\n   lines ')).toBe('two lines');
  });
});

describe('localTime', () => {
  it('turns both forms of the API into the zone of the caller', () => {
    expect(localTime('2019-02-21T08:35:41Z', 'Asia/Shanghai')).toBe('2019-02-21 16:35:41');
    expect(localTime('2019-02-21 08:35:41', 'Asia/Shanghai')).toBe('2019-02-21 16:35:41');
    expect(localTime('2019-02-21T16:05:00Z', 'Asia/Shanghai')).toBe('2019-02-22 00:05:00');
  });

  it('leaves what is no time as it is and survives a zone that is none', () => {
    expect(localTime('', 'UTC')).toBe('');
    expect(localTime('never', 'UTC')).toBe('never');
    expect(localTime('2019-02-21T08:35:41Z', 'CST-8:00:what')).toMatch(/^2019-02-2\d \d\d:\d\d:41$/);
  });
});

describe('parseJson', () => {
  it.each([
    ['{"a": 1,}', 1, 8, 'a comma before "}" is one too many'],
    ['{\n "a" 1}', 2, 6, 'expected ":" after the key, found "1"'],
    ['{a: 1}', 1, 2, 'expected a key in double quotes, found "a"'],
    ["{'a': 1}", 1, 2, 'expected a key in double quotes, found a single quote (JSON uses double quotes)'],
    ['[1 2]', 1, 4, 'expected "," or "]", found "2"'],
    ['{"a": "x\n"}', 1, 9, 'the end of the line inside a text; its closing quote may be missing'],
    ['{"a": "x', 1, 7, 'this text has no closing quote'],
    ['{"p": "C:\\x"}', 1, 10, 'a backslash that starts no known escape; write \\\\ for one'],
    ['{} x', 1, 4, 'expected the end of the text, found "x"'],
    ['', 1, 1, 'expected a value, found the end of the text'],
    ['{"a": 01}', 1, 8, 'expected "," or "}", found "1"'],
    ['{"a": True}', 1, 7, 'expected a value, found "T"'],
    ['// c\n{}', 1, 1, 'expected a value, found a comment, which JSON does not have'],
    [`${'['.repeat(2_000)}`, 1, 1_002, 'more than 1000 levels of nesting'],
  ])('says where and why %j is not JSON', (text, line, column, reason) => {
    expect(parseJson(text)).toEqual({ ok: false, problem: { line, column, reason } });
  });

  it('skips a byte order mark', () => {
    expect(parseJson('\ufeff{"a":1}')).toEqual({ ok: true, value: { a: 1 } });
  });

  it('finds a problem in every damaged text that JSON.parse refuses, inside the text', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 3 }), (json, where, insert) => {
        const at = where % (json.length + 1);
        const text = json.slice(0, at) + insert + json.slice(at + (where % 2));
        const result = parseJson(text);
        if (result.ok) expect(result.value).toEqual(JSON.parse(text.replace(/^\ufeff/, '')));
        else {
          expect(() => JSON.parse(text)).toThrow();
          expect(result.problem.reason).not.toMatch(/expected the end of the text, found the end/);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
