import type { QueryParameters } from './parameters.js';

export interface PageRequest {
  /** Counted from 1. */
  readonly number: number;
  readonly size: number;
  readonly offset: number;
}

/** Contract 7.8: the first page and 100 rows (500 log lines) unless told. Fails with InvalidParameter. */
export function pageRequest(
  query: QueryParameters,
  numberName: 'PageNumber' | 'PageNum',
  defaultSize: number,
  maxSize: number,
): PageRequest {
  const number = query.integer(numberName, { min: 1, max: 1_000_000 }) ?? 1;
  const size = query.integer('PageSize', { min: 1, max: maxSize }) ?? defaultSize;
  return { number, size, offset: (number - 1) * size };
}

export function pageOf<T>(rows: readonly T[], page: PageRequest): readonly T[] {
  return rows.slice(page.offset, page.offset + page.size);
}
