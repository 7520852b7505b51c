import { codeOf, codesOf } from '../../blocks/codes.js';
import type { Field } from '../../fields/field.js';
import type { Frame, Reader } from '../../fields/frame.js';
import { numberReader } from '../../fields/number-reader.js';
import type { Predicate } from '../../predicates/contract.js';
import { TRUE, UNKNOWN } from '../../predicates/contract.js';
import { keyOf } from '../../types/value.js';

/** One number per row that decision graphs test; NaN = missing. */
export interface Feature {
  readonly value: (frame: Frame) => number;
  /** Where the feature is a field: what it reads and how categories are coded. */
  readonly field: Field | undefined;
  readonly codes: ReadonlyMap<string, number> | undefined;
}

/** The features of one tree or one ensemble, each once. */
export class FeatureTable {
  readonly list: Feature[] = [];
  readonly #numbers = new Map<Reader, number>();
  readonly #categories = new Map<Reader, number>();

  number(field: Field): number {
    const known = this.#numbers.get(field.read);
    if (known !== undefined) return known;
    const { read } = field;
    const value = numberReader(field);
    const index = this.list.push({ value, field, codes: undefined }) - 1;
    this.#numbers.set(read, index);
    return index;
  }

  category(field: Field): number {
    const known = this.#categories.get(field.read);
    if (known !== undefined) return known;
    const { read } = field;
    codeOf(read, '');
    const codes = codesOf(read);
    const value = (frame: Frame): number => {
      const v = read(frame);
      if (v === undefined) return Number.NaN;
      return codes.get(typeof v === 'string' ? v : keyOf(v)) ?? -1;
    };
    const index = this.list.push({ value, field, codes }) - 1;
    this.#categories.set(read, index);
    return index;
  }

  /** A predicate that is no comparison of a field with a literal: 1, 0, or NaN for unknown. */
  truth(predicate: Predicate): number {
    const value = (frame: Frame): number => {
      const t = predicate(frame);
      return t === UNKNOWN ? Number.NaN : t === TRUE ? 1 : 0;
    };
    return this.list.push({ value, field: undefined, codes: undefined }) - 1;
  }

  /** The index here of a feature of another table. */
  adopt(feature: Feature): number {
    if (feature.field === undefined) return this.list.push(feature) - 1;
    return feature.codes === undefined ? this.number(feature.field) : this.category(feature.field);
  }
}
