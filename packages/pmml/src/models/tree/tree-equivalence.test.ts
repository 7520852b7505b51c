import { describe, expect, test } from 'vitest';
import type { PmmlModel } from '../../index.js';
import { loadPmmlSync, RecordError } from '../../index.js';
import { randomForest, randomRecord, randomSource, randomTree, wrap } from '../../testing/random-model.js';

function attempt(model: PmmlModel, record: Record<string, unknown>): unknown {
  try {
    return model.predict(record);
  } catch (error) {
    if (error instanceof RecordError) return 'refused';
    throw error;
  }
}

describe('a tree as a decision graph', () => {
  test('answers like the tree walked node by node, whatever is missing', () => {
    for (let seed = 1; seed <= 120; seed++) {
      const strategies = ['none', 'lastPrediction', 'nullPrediction', 'defaultChild'];
      const attributes = `missingValueStrategy="${strategies[seed % 4]}" noTrueChildStrategy="${seed % 3 === 0 ? 'returnNullPrediction' : 'returnLastPrediction'}"`;
      const kind = seed % 2 === 0 ? 'classification' : 'regression';
      const flat = loadPmmlSync(wrap(randomTree(randomSource(seed), kind, attributes)));
      // A penalty changes confidences only, and is not for graphs.
      const walked = loadPmmlSync(
        wrap(randomTree(randomSource(seed), kind, `${attributes} missingValuePenalty="0.9"`)),
      );
      const random = randomSource(seed * 7919);
      for (let i = 0; i < 40; i++) {
        const record = randomRecord(random);
        expect(attempt(flat, record), `seed ${seed}, ${JSON.stringify(record)}`).toEqual(
          attempt(walked, record),
        );
      }
    }
  });
});

describe('an ensemble in one pool', () => {
  test.each(['sum', 'average'])('answers the %s of its trees', (method) => {
    for (let seed = 1; seed <= 25; seed++) {
      const pooled = loadPmmlSync(wrap(randomForest(randomSource(seed), 'regression', method, 11)));
      const random = randomSource(seed);
      const trees = Array.from({ length: 11 }, () => {
        const attributes = 'missingValueStrategy="defaultChild" noTrueChildStrategy="returnLastPrediction"';
        return loadPmmlSync(wrap(randomTree(random, 'regression', attributes)));
      });
      const rows = randomSource(seed + 99);
      for (let i = 0; i < 30; i++) {
        const record = randomRecord(rows);
        const each = trees.map((t) => t.predict(record).z as number);
        const sum = each.reduce((a, b) => a + b, 0);
        expect(pooled.predict(record)).toEqual({ z: method === 'sum' ? sum : sum / 11 });
      }
    }
  });

  test.each([
    ['regression', 'sum'],
    ['classification', 'average'],
    ['classification', 'majorityVote'],
  ] as const)('%s by %s: a batch equals its rows one by one', (kind, method) => {
    for (let seed = 1; seed <= 15; seed++) {
      const model = loadPmmlSync(wrap(randomForest(randomSource(seed), kind, method, 9)));
      const random = randomSource(seed + 7);
      const records = Array.from({ length: 150 }, () => randomRecord(random));
      records[17] = { a: 'not a number' };
      const batch = model.predictBatch(records).map((r) => (r.ok ? r.value : 'refused'));
      expect(batch).toEqual(records.map((record) => attempt(model, record)));
    }
  });

  test('segments compiled as they stream in give the same model', () => {
    const text = wrap(randomForest(randomSource(5), 'classification', 'average', 30));
    const whole = loadPmmlSync(text);
    let progress = 0;
    const streamed = loadPmmlSync(text, {
      limits: { streamAfterBytes: 0 },
      onProgress: (bytes) => {
        progress = bytes;
      },
    });
    expect(progress).toBe(text.length);
    const random = randomSource(3);
    for (let i = 0; i < 100; i++) {
      const record = randomRecord(random);
      expect(streamed.predict(record)).toEqual(whole.predict(record));
    }
  });
});
