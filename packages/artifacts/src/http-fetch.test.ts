import { describe, expect, it } from 'vitest';
import { nextHop } from './http-fetch.js';
import { ForbiddenHostError } from './policy.js';

describe('nextHop', () => {
  it.each([
    ['https://a.example/x/y', 'z', 'https://a.example/x/z'],
    ['https://a.example/x', '/z?q=1', 'https://a.example/z?q=1'],
    ['https://a.example/x', '//b.example/z', 'https://b.example/z'],
    ['http://a.example/x', 'https://a.example/x', 'https://a.example/x'],
    ['https://u:p@a.example/x', '/z', 'https://u:p@a.example/z'],
    ['https://u:p@a.example/x', 'https://a.example:444/z', 'https://a.example:444/z'],
    ['https://u:p@a.example/x', 'https://v:q@b.example/z', 'https://v:q@b.example/z'],
  ])('from %s to %s is %s', (from, location, expected) => {
    expect(nextHop(new URL(from), location).href).toBe(expected);
  });

  it.each([
    ['https://a.example/x', 'http://a.example/x', 'from https to http'],
    ['https://a.example/x', 'ftp://a.example/x', 'ftp:'],
    ['https://a.example/x', 'javascript:alert(1)', 'javascript:'],
    ['https://a.example/x', 'http://', 'no URL'],
  ])('from %s to %s is refused', (from, location, reason) => {
    expect(() => nextHop(new URL(from), location)).toThrow(ForbiddenHostError);
    expect(() => nextHop(new URL(from), location)).toThrow(reason);
  });
});
