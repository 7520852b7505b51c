import { describe, expect, it } from 'vitest';
import { judgeRange, validatorsOf } from './range-answer.js';

const DATE = 'Sat, 21 Nov 2026 08:00:10 GMT';

describe('validatorsOf', () => {
  it.each([
    [{ etag: '"a"' }, '"a"'],
    [{ etag: '"a"', 'last-modified': 'Sat, 21 Nov 2026 08:00:00 GMT', date: DATE }, '"a"'],
    [{ etag: 'W/"a"' }, null],
    [{ 'last-modified': 'Sat, 21 Nov 2026 08:00:00 GMT', date: DATE }, 'Sat, 21 Nov 2026 08:00:00 GMT'],
    [{ 'last-modified': DATE, date: DATE }, null],
    [{ 'last-modified': 'Sat, 21 Nov 2026 08:00:00 GMT' }, null],
    [{ 'last-modified': 'yesterday', date: DATE }, null],
    [{}, null],
  ])('of %j is %j', (headers, ifRange) => {
    expect(validatorsOf(headers, 5)).toEqual({ ifRange, total: 5 });
  });
});

describe('judgeRange', () => {
  const known = { ifRange: '"a"', total: 100 };
  const judge = (status: number, range?: string, etag?: string): unknown =>
    judgeRange(status, { 'content-range': range, etag, 'content-length': '7' }, 40, known);

  it('goes on when the answer starts where it was asked to', () => {
    expect(judge(206, 'bytes 40-99/100', '"a"')).toEqual({ kind: 'continues', total: 100 });
    expect(judge(206, 'bytes 40-99/*')).toEqual({ kind: 'continues', total: 100 });
  });

  it('starts over when the whole package comes', () => {
    expect(judge(200)).toEqual({ kind: 'startsOver', total: 7 });
  });

  it.each([
    [206, undefined, undefined],
    [206, 'bytes 39-99/100', undefined],
    [206, 'bytes 0-99/100', undefined],
    [206, 'bytes 40-99/101', undefined],
    [206, 'bytes 40-99/100', '"b"'],
    [206, 'chunks 40-99/100', undefined],
    [416, 'bytes */30', undefined],
  ])('does not trust status %i with range %j and ETag %j', (status, range, etag) => {
    expect(judge(status, range, etag)).toMatchObject({ kind: 'unusable' });
  });
});
