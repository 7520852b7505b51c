import { EasApiError } from '@openeas/sdk';
import { expect, it } from 'vitest';
import { LogFollower, type LogSource } from './log-follower.js';

/** Instances and what they wrote, as a server would show them at the moment. */
class Logs {
  readonly #instances = new Map<string, { run: string; lines: string[] }>();
  #second = 0;

  writes(instance: string, ...texts: string[]): void {
    const log = this.#instances.get(instance) ?? { run: '1', lines: [] };
    for (const text of texts)
      log.lines.push(`2026-11-20T10:00:${String(this.#second++).padStart(2, '0')}Z ${text}`);
    this.#instances.set(instance, log);
  }

  restarts(instance: string): void {
    this.#instances.set(instance, { run: '2', lines: [] });
  }

  ends(instance: string): void {
    this.#instances.delete(instance);
  }

  sources = async (): Promise<readonly LogSource[]> =>
    [...this.#instances].map(([instance, { run, lines }]) => ({
      instance,
      run,
      read: async (page) => {
        if (!this.#instances.has(instance)) throw gone(instance);
        return { Logs: lines.slice((page - 1) * 500, page * 500), TotalCount: lines.length };
      },
    }));
}

function gone(instance: string): EasApiError {
  return new EasApiError({ code: 'InstanceNotFound', message: instance, requestId: 'r', status: 404 });
}

const words = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => line.replace(/2026\S+ /, ''));

it('gives each line once while instances come and go', async () => {
  const logs = new Logs();
  const follower = new LogFollower(logs.sources);
  logs.writes('a', 'old of a', 'older');
  logs.writes('b', 'old of b');
  await follower.skip();
  logs.writes('c', 'c starts');
  logs.writes('b', 'b goes on');
  logs.writes('c', 'c serves');
  expect(words(await follower.next())).toEqual(['[c] c starts', '[b] b goes on', '[c] c serves']);
  logs.ends('a');
  expect(await follower.next()).toEqual([]);
  logs.ends('b');
  logs.writes('c', 'alone');
  expect(words(await follower.next())).toEqual(['alone']);
});

it('gives the next run of an instance from its first line, however long the one before was', async () => {
  const logs = new Logs();
  const follower = new LogFollower(logs.sources);
  logs.writes('a', 'x');
  await follower.skip();
  logs.restarts('a');
  logs.writes('a', 'again', 'and again');
  expect(words(await follower.next())).toEqual(['again', 'and again']);
});

it('reads on across pages, and through an instance that goes while it is read', async () => {
  const logs = new Logs();
  const follower = new LogFollower(async () => {
    const sources = await logs.sources();
    logs.ends('b');
    return sources;
  });
  logs.writes('a', ...Array.from({ length: 1_203 }, (_, index) => `line ${index}`));
  logs.writes('b', 'last words');
  expect(await follower.next()).toHaveLength(1_203);
  logs.writes('a', 'one more');
  expect(words(await follower.next())).toEqual(['one more']);
});
