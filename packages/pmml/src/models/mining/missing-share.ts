import { RecordError } from '../../errors.js';
import type { XmlElement } from '../../xml/element.js';

/** How much of an ensemble's weight had no prediction for a row, against `missingThreshold`. */
export class MissingShare {
  readonly #threshold: number;
  #missing = 0;
  #present = 0;

  constructor(threshold: number) {
    this.#threshold = threshold;
  }

  get missing(): number {
    return this.#missing;
  }

  count(weight: number, isMissing: boolean): void {
    if (isMissing) this.#missing += weight;
    else this.#present += weight;
  }

  /** Whether too few are left for them to answer. */
  isTooLarge(): boolean {
    return this.#missing > 0 && this.#missing / (this.#missing + this.#present) > this.#threshold;
  }

  /** Whether none of the segments that took part has a prediction. */
  isAll(): boolean {
    return this.#present === 0 && this.#missing > 0;
  }
}

/** Refuses a row for which no segment predicts: what is combined is nothing, not a missing value. */
export function refuseNothing(element: XmlElement): never {
  throw new RecordError(element.name, undefined, 'values for which a segment predicts', 'missing');
}
