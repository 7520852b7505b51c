import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { rotateIfLarge } from './log-rotation.js';

function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'openeas-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'instance.log');
  const descriptor = openSync(path, 'a');
  onTestFinished(() => closeSync(descriptor));
  return { path, descriptor, read: (suffix: string) => readFileSync(`${path}${suffix}`, 'utf8') };
}

describe('log rotation', () => {
  test('keeps the newest files and goes on writing to the same descriptor', () => {
    const { path, descriptor, read } = setUp();
    const options = { path, descriptor, maxBytes: 4, keep: 3 };
    for (const text of ['first', 'second', 'third!', 'fourth']) {
      writeSync(descriptor, text);
      expect(rotateIfLarge(options)).toBe(true);
    }
    writeSync(descriptor, 'now');
    expect(rotateIfLarge(options)).toBe(false);
    expect(['', '.1', '.2', '.3'].map(read)).toEqual(['now', 'fourth', 'third!', 'second']);
    expect(() => read('.4')).toThrow('ENOENT');
  });

  test('leaves alone what is no log of ours', () => {
    const { path, descriptor } = setUp();
    const other = `${path}.other`;
    writeFileSync(other, 'somebody else writes here');
    expect(rotateIfLarge({ path: other, descriptor, maxBytes: 4, keep: 3 })).toBe(false);
    const device = openSync('/dev/null', 'a');
    onTestFinished(() => closeSync(device));
    expect(rotateIfLarge({ path, descriptor: device, maxBytes: 0, keep: 3 })).toBe(false);
    appendFileSync(path, 'long enough');
    rmSync(path);
    expect(rotateIfLarge({ path, descriptor, maxBytes: 4, keep: 3 })).toBe(false);
  });
});
