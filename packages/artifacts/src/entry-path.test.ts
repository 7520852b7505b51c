import { resolve, sep, win32 } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryPath } from './entry-path.js';

describe('entryPath', () => {
  it.each([
    ['a.txt', ['a.txt']],
    ['./a//b/./c', ['a', 'b', 'c']],
    ['dir/', ['dir']],
    ['./', []],
    ['..a/...', ['..a', '...']],
    ['模型/权重.bin', ['模型', '权重.bin']],
  ])('takes %j', (name, segments) => {
    expect(entryPath(name)).toEqual({ ok: true, segments });
  });

  it.each([
    ['', 'empty'],
    ['/etc/passwd', 'absolute'],
    ['../x', 'leaves'],
    ['a/../../x', 'leaves'],
    ['a/..', 'leaves'],
    ['..', 'leaves'],
    ['C:/x', 'drive'],
    ['c:x', 'drive'],
    ['a\\..\\x', 'backslash'],
    ['\\\\host\\share', 'backslash'],
    ['a\0.txt', 'control'],
    ['a\nb', 'control'],
    ['x'.repeat(256), 'longer'],
    ['a/'.repeat(65), 'deeper'],
    ['ab/'.repeat(1000), 'longer'],
  ])('refuses %j', (name, reason) => {
    expect(entryPath(name)).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  });

  it('accepts nothing that resolves outside the folder, on this system or on Windows', () => {
    const part = fc.oneof(
      fc.constantFrom('..', '.', '', '/', '\\', 'C:', '~', '\0', 'a', '%2e%2e', '．．', ' ..', '.. '),
      fc.string({ unit: 'binary', maxLength: 6 }),
    );
    const name = fc
      .array(part, { maxLength: 8 })
      .chain((parts) => fc.constantFrom('/', '\\', '').map((glue) => parts.join(glue)));
    fc.assert(
      fc.property(name, (text) => {
        const path = entryPath(text);
        if (!path.ok) return;
        const root = '/target/folder';
        const full = resolve(root, ...path.segments);
        expect(full === root || full.startsWith(root + sep)).toBe(true);
        const windows = win32.resolve('C:\\target', ...path.segments);
        expect(windows === 'C:\\target' || windows.startsWith('C:\\target\\')).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
