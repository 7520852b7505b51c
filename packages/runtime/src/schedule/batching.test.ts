import { describe, expect, onTestFinished, test } from 'vitest';
import { readyInstance, type TestInstance } from '../testing/start-instance.js';

interface Doubled {
  rows: number[];
  /** Requests that the processor got at once. */
  batch: number;
}

const BATCHING = { batching: true, workerThreads: 1, maxBatchSize: 8 } as const;

async function double(instance: TestInstance, rows: readonly (number | null)[]): Promise<Doubled | string> {
  const response = await instance.predict(JSON.stringify(rows));
  return response.status === 200 ? ((await response.json()) as Doubled) : response.text();
}

describe('batching in a running instance', () => {
  test('gives each caller its own rows, whatever was merged', async () => {
    const settings = { processor: 'test-doubling', modelConfig: '5', rpc: BATCHING };
    const instance = await readyInstance(settings, onTestFinished);
    const requests = Array.from({ length: 120 }, (_, i) =>
      Array.from({ length: 1 + (i % 4) }, (_, j) => i * 10 + j),
    );
    const pending = [...requests];
    const merged = new Set<number>();
    await Promise.all(
      Array.from({ length: 24 }, async () => {
        for (let rows = pending.pop(); rows !== undefined; rows = pending.pop()) {
          const answer = (await double(instance, rows)) as Doubled;
          expect(answer.rows).toEqual(rows.map((x) => 2 * x));
          merged.add(answer.batch);
        }
      }),
    );
    expect(Math.max(...merged)).toBeGreaterThan(1);
    expect(Math.max(...merged)).toBeLessThanOrEqual(8);
    expect(await instance.metric('openeas_runtime_batch_rows_count')).toBeLessThan(120);
  });

  test('one bad request does not touch its neighbours', async () => {
    const settings = { processor: 'test-doubling', modelConfig: '20', rpc: BATCHING };
    const instance = await readyInstance(settings, onTestFinished);
    const bodies = Array.from({ length: 12 }, (_, i) => (i % 3 === 0 ? [i, null] : [i]));
    const answers = await Promise.all(bodies.map((rows) => double(instance, rows)));
    for (const [i, answer] of answers.entries()) {
      if (i % 3 === 0) expect(answer).toBe('null row');
      else expect(answer).toMatchObject({ rows: [2 * i] });
    }
    const broken = await Promise.all([instance.predict('[1'), double(instance, [4]), double(instance, [5])]);
    expect(broken[0].status).toBe(500);
    expect(broken.slice(1)).toMatchObject([{ rows: [8] }, { rows: [10] }]);
    const unreadable = await Promise.all(
      Array.from({ length: 8 }, (_, i) => double(instance, [i === 3 ? -1 : i])),
    );
    for (const [i, answer] of unreadable.entries()) {
      if (i !== 3) expect(answer).toMatchObject({ rows: [2 * i] });
    }
  });

  test('requests of different shape classes are never in one batch', async () => {
    const settings = { processor: 'test-doubling', modelConfig: '20', rpc: BATCHING };
    const instance = await readyInstance(settings, onTestFinished);
    const answers = await Promise.all(
      Array.from({ length: 9 }, (_, i) => double(instance, [i === 4 ? 0.5 : i + 1])),
    );
    expect(answers[4]).toEqual({ rows: [1], batch: 1 });
    expect(answers.every((answer) => typeof answer === 'object')).toBe(true);
  });

  test('says why batches left the queue and how full they were, and holds nobody back who is alone', async () => {
    const instance = await readyInstance({ processor: 'test-doubling', rpc: BATCHING }, onTestFinished);
    for (let i = 0; i < 5; i++) await double(instance, [i]);
    expect(await instance.metric('openeas_runtime_batches_released_total{reason="nobody-else"}')).toBe(5);
    expect(await instance.metric('openeas_runtime_batches_released_total{reason="timeout"}')).toBe(0);
    expect(await instance.metric('openeas_runtime_batch_fill_ratio_count')).toBe(5);
  });
});
