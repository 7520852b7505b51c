import type { JsonValue } from './json.js';

/** What a key may hold. Bounds are inclusive. */
export type KeyType =
  | {
      readonly kind: 'text';
      readonly maxLength: number;
      readonly pattern?: RegExp;
      /** What the pattern means, in words. */
      readonly expected?: string;
      /** A JSON number is taken as its text, e.g. a workspace id. */
      readonly numberAsText?: boolean;
    }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'boolean' }
  | {
      readonly kind: 'integer' | 'number';
      readonly min: number;
      readonly max: number;
      readonly unit?: string;
    }
  /** A count of instances, or a share such as `"20%"`. */
  | { readonly kind: 'countOrShare' }
  /** Free names to text; names keep their dots. */
  | { readonly kind: 'map' }
  /** As a map, but only the names listed. */
  | { readonly kind: 'switches'; readonly names: readonly string[] }
  /** Opaque to OpenEAS. */
  | { readonly kind: 'textOrObject' | 'object' | 'list' | 'any' };

/**
 * What this installation does with a key. `noted` = accepted without effect, and said so. A `refused` key may
 * still be given a value that asks for nothing: false, 0, empty, or one of `unless`.
 */
export type Support =
  | { readonly kind: 'honoured' }
  | { readonly kind: 'noted'; readonly note: string }
  | { readonly kind: 'refused'; readonly reason: string; readonly unless?: readonly JsonValue[] };

/** One key of service.json. */
export interface KeySpec {
  /** Primary path, dotted. */
  readonly path: string;
  /** Other paths that mean the same. */
  readonly aliases: readonly string[];
  readonly type: KeyType;
  readonly default?: JsonValue;
  readonly required: boolean;
  /** The value is never shown in messages. */
  readonly secret: boolean;
  /** Left out when a configuration is exported (contract 8.1). */
  readonly hidden: boolean;
  readonly meaning: string;
  readonly source: 'manual' | 'contract';
  readonly support: Support;
}

export const HONOURED: Support = { kind: 'honoured' };
export const noted = (note: string): Support => ({ kind: 'noted', note });
export const refused = (reason: string, unless?: readonly JsonValue[]): Support =>
  unless === undefined ? { kind: 'refused', reason } : { kind: 'refused', reason, unless };

export const text = (maxLength = 4096): KeyType => ({ kind: 'text', maxLength });
export const textOf = (pattern: RegExp, expected: string, maxLength = 4096): KeyType => ({
  kind: 'text',
  maxLength,
  pattern,
  expected,
});
/** Text that people also write as a bare number. */
export const idText: KeyType = { kind: 'text', maxLength: 256, numberAsText: true };
export const choice = (...values: string[]): KeyType => ({ kind: 'choice', values });
export const flag: KeyType = { kind: 'boolean' };
export const integer = (min: number, max: number, unit?: string): KeyType =>
  unit === undefined ? { kind: 'integer', min, max } : { kind: 'integer', min, max, unit };
export const number = (min: number, max: number, unit?: string): KeyType =>
  unit === undefined ? { kind: 'number', min, max } : { kind: 'number', min, max, unit };
export const countOrShare: KeyType = { kind: 'countOrShare' };
export const map: KeyType = { kind: 'map' };
export const textOrObject: KeyType = { kind: 'textOrObject' };
export const object: KeyType = { kind: 'object' };
export const list: KeyType = { kind: 'list' };
export const anything: KeyType = { kind: 'any' };

type Extras = Partial<Pick<KeySpec, 'aliases' | 'default' | 'required' | 'secret' | 'hidden' | 'source'>>;

export function key(
  path: string,
  type: KeyType,
  meaning: string,
  support: Support,
  extras: Extras = {},
): KeySpec {
  return {
    aliases: [],
    required: false,
    secret: false,
    hidden: false,
    source: 'contract',
    ...extras,
    path,
    type,
    meaning,
    support,
  };
}

/** Types that hold names of their own, so a path may go on below them. */
export function isOpen(type: KeyType): boolean {
  return ['map', 'switches', 'textOrObject', 'object', 'any'].includes(type.kind);
}
