import { describe, expect, test } from 'vitest';
import { loadPmmlSync, ModelError, RecordError } from '../index.js';
import { mutate } from '../testing/mutate.js';
import { randomForest, randomRecord, randomSource, randomTree, wrap } from '../testing/random-model.js';

/** Mutations per run; the long form sets OPENEAS_FUZZ (npm run fuzz -w @openeas/pmml). */
const RUNS = Number(process.env.OPENEAS_FUZZ ?? 600);

describe('the loader under mutated models', () => {
  test('answers with a model or a ModelError, and the model with answers or RecordErrors', () => {
    const seeds = [
      wrap(randomTree(randomSource(1), 'classification', 'missingValueStrategy="lastPrediction"')),
      wrap(randomForest(randomSource(2), 'regression', 'weightedAverage', 3)),
      wrap(randomForest(randomSource(3), 'classification', 'majorityVote', 3)),
    ];
    const tally = { models: 0, refused: 0 };
    for (let run = 0; run < RUNS; run++) {
      const random = randomSource(run + 1);
      const text = mutate(seeds[run % seeds.length] as string, random);
      try {
        const model = loadPmmlSync(text, { limits: { streamAfterBytes: run % 2 === 0 ? 0 : 1e9 } });
        tally.models++;
        for (const result of model.predictBatch([randomRecord(random), {}])) {
          if (!result.ok) expect(result.error).toBeInstanceOf(RecordError);
        }
      } catch (error) {
        if (!(error instanceof ModelError)) throw new Error(`run ${run}: ${(error as Error).stack}`);
        tally.refused++;
      }
    }
    expect(tally.models).toBeGreaterThan(0);
    expect(tally.refused).toBeGreaterThan(0);
  });
});
