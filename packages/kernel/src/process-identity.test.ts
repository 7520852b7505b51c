import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { isAlive, processIdentity, signalProcess } from './process-identity.js';

it('recognises a live process and sees it end', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  onTestFinished(() => void child.kill('SIGKILL'));
  const identity = processIdentity(child.pid!)!;
  expect(isAlive(identity)).toBe(true);
  expect(signalProcess(identity, 'SIGTERM')).toBe(true);
  await once(child, 'exit');
  expect(isAlive(identity)).toBe(false);
  expect(signalProcess(identity, 'SIGTERM')).toBe(false);
});

it('does not signal another process that has the same pid', () => {
  const stale = { pid: process.pid, startTime: 'before the last boot' };
  expect(isAlive(stale)).toBe(false);
  expect(signalProcess(stale, 'SIGKILL')).toBe(false);
});
