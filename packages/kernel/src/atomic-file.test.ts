import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { writeFileAtomic } from './atomic-file.js';

it('replaces a file whole, with the mode asked for, and leaves nothing beside it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'openeas-atomic-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'state.json');
  writeFileAtomic(path, 'first', 0o600);
  writeFileAtomic(path, 'second', 0o600);
  expect(readFileSync(path, 'utf8')).toBe('second');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['state.json']);
});
