import type { PmmlModel } from '@openeas/pmml';
import type { Model, ProcessorRequest, ProcessorResponse } from '../port.js';
import { encodeAnswer, encodeInfo } from './answer.js';
import { type PmmlRequest, parsePmmlRequest } from './records.js';

/** Serves one loaded PMML model: JSON rows in, JSON rows out. */
export class PmmlServing implements Model {
  readonly #model: PmmlModel;
  /** Requests that `describe` parsed for the batcher, so that `process` need not parse them again. */
  readonly #parsed = new WeakMap<ProcessorRequest, PmmlRequest>();

  constructor(model: PmmlModel) {
    this.#model = model;
  }

  info(): ProcessorResponse {
    return encodeInfo(this.#model.info);
  }

  process(request: ProcessorRequest): ProcessorResponse {
    const { records, keepGoodRows } = this.#parsed.get(request) ?? parsePmmlRequest(request);
    return encodeAnswer(this.#model.predictBatch(records), keepGoodRows);
  }

  /** Rows are scored one by one, so all requests are of one class. @throws as `process` does for a bad body */
  describe(request: ProcessorRequest): { rows: number; shapeClass: string } {
    const parsed = parsePmmlRequest(request);
    this.#parsed.set(request, parsed);
    return { rows: parsed.records.length, shapeClass: 'rows' };
  }

  close(): void {}
}
