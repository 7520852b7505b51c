import { RecordError } from '../../errors.js';
import type { XmlElement } from '../../xml/element.js';

/** Whether the segments without a prediction are too many, by weight, for the others to answer. */
export function tooManyMissing(missing: number, present: number, threshold: number): boolean {
  return missing > 0 && missing / (missing + present) > threshold;
}

/** Refuses a row for which no segment predicts: what is combined is nothing, not a missing value. */
export function refuseNothing(element: XmlElement): never {
  throw new RecordError(element.name, undefined, 'values for which a segment predicts', 'missing');
}
