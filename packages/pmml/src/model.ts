import type { Answer } from './answer.js';
import { compileAnswer } from './answer.js';
import { BlockScorer } from './blocks/block-scorer.js';
import { BLOCK, ROW } from './blocks/contract.js';
import { describeModel } from './describe.js';
import { RecordError } from './errors.js';
import type { Frame } from './fields/frame.js';
import type { CompiledDocument } from './load/document.js';
import type { ModelInfo } from './model-info.js';
import type { Value } from './types/value.js';

/** One row of a batch: its answer, or why it has none. */
export type BatchResult =
  | { readonly ok: true; readonly value: Record<string, unknown> }
  | { readonly ok: false; readonly error: RecordError };

/** A model that is ready to score. It holds no state between rows. */
export interface PmmlModel {
  readonly info: ModelInfo;
  /**
   * Scores one record. Fields that are absent, null or NaN are missing; missing results are null.
   * @throws RecordError naming the field, the value and what was expected
   */
  predict(record: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** Scores records in order; a record that cannot be scored gets its error and touches no other. */
  predictBatch(records: readonly Readonly<Record<string, unknown>>[]): BatchResult[];
}

export class CompiledPmml implements PmmlModel {
  readonly info: ModelInfo;
  readonly #document: CompiledDocument;
  readonly #answer: Answer;
  readonly #frame: Frame;
  readonly #blocks: BlockScorer | undefined;
  /** Frames of a block, made when a batch first needs them. */
  readonly #frames: Frame[] = [];

  constructor(document: CompiledDocument, results: 'outputs' | 'all') {
    this.#document = document;
    this.#answer = compileAnswer(document.scored, results);
    this.info = describeModel(document, this.#answer.fields);
    this.#frame = document.layout.frame({});
    const { layout, scored } = document;
    this.#blocks = layout.hasHistory ? undefined : BlockScorer.for(scored, this.#answer, layout);
  }

  predict(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return this.#blocks?.one(record) ?? this.#general(record);
  }

  #general(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const frame = this.#frame;
    const { layout, scored } = this.#document;
    layout.reset(frame, record);
    return this.#answer.build(scored.score(frame), frame);
  }

  predictBatch(records: readonly Readonly<Record<string, unknown>>[]): BatchResult[] {
    if (this.#document.layout.hasHistory) return this.#sequence(records);
    const out: BatchResult[] = new Array(records.length);
    if (this.#blocks !== undefined) {
      this.#byBlocks(this.#blocks, records, out);
      return out;
    }
    const forests = this.#document.scored.model.forests ?? [];
    for (let at = 0; at < records.length; at += BLOCK) {
      const count = Math.min(BLOCK, records.length - at);
      this.#fill(records, at, count);
      // One row gains nothing from a block.
      if (count > 1) for (const forest of forests) forest.prepare(this.#frames, count);
      for (let i = 0; i < count; i++) out[at + i] = this.#attempt(this.#frames[i] as Frame);
      for (const forest of forests) forest.release();
    }
    return out;
  }

  #byBlocks(
    blocks: BlockScorer,
    records: readonly Readonly<Record<string, unknown>>[],
    out: BatchResult[],
  ): void {
    for (let at = 0; at < records.length; at += BLOCK) {
      const count = Math.min(BLOCK, records.length - at);
      const marks = blocks.score(records, at, count);
      for (let i = 0; i < count; i++) {
        if (((marks[i] as number) & ROW.odd) === 0) out[at + i] = { ok: true, value: blocks.build(i) };
        else {
          const frame = this.#frame;
          this.#document.layout.reset(frame, records[at + i] ?? {});
          out[at + i] = this.#attempt(frame);
        }
      }
    }
  }

  /** Records that know of those before them are scored one after another. */
  #sequence(records: readonly Readonly<Record<string, unknown>>[]): BatchResult[] {
    const { layout } = this.#document;
    const frame = this.#frame;
    let past: readonly Value[] = [];
    return records.map((record) => {
      layout.reset(frame, record);
      past.forEach((value, slot) => {
        frame.values[slot] = value;
      });
      const result = this.#attempt(frame);
      // A record that is refused is no past for those after it.
      if (result.ok) past = layout.remember(frame);
      return result;
    });
  }

  #fill(records: readonly Readonly<Record<string, unknown>>[], at: number, count: number): void {
    const { layout } = this.#document;
    for (let i = 0; i < count; i++) {
      let frame = this.#frames[i];
      if (frame === undefined) {
        frame = layout.frame({});
        frame.place = i;
        this.#frames[i] = frame;
      }
      layout.reset(frame, records[at + i] ?? {});
    }
  }

  #attempt(frame: Frame): BatchResult {
    try {
      return { ok: true, value: this.#answer.build(this.#document.scored.score(frame), frame) };
    } catch (error) {
      if (error instanceof RecordError) return { ok: false, error };
      throw error;
    }
  }
}
