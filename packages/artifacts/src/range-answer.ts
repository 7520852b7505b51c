import type { IncomingHttpHeaders } from 'node:http';

/** What lets a cut-off download go on safely. */
export interface Validators {
  /** For If-Range: a strong ETag, or a Last-Modified that is old enough to be trusted; null = start again. */
  readonly ifRange: string | null;
  /** Bytes of the whole package; null when the server did not say. */
  readonly total: number | null;
}

/** RFC 9110 8.8: a weak ETag, or a date from within the last second, may hide a change. */
export function validatorsOf(headers: IncomingHttpHeaders, total: number | null): Validators {
  const { etag, 'last-modified': modified, date } = headers;
  if (etag?.startsWith('"')) return { ifRange: etag, total };
  const age = Date.parse(date ?? '') - Date.parse(modified ?? '');
  return { ifRange: modified !== undefined && age >= 1000 ? modified : null, total };
}

export type RangeVerdict =
  | { readonly kind: 'continues'; readonly total: number | null }
  /** The server sends the whole package, from the start. */
  | { readonly kind: 'startsOver'; readonly total: number | null }
  /** The answer does not fit what was asked; ask again without a range. */
  | { readonly kind: 'unusable'; readonly reason: string };

/** Judges an answer of status 200, 206 or 416 to a request for the bytes from `offset` on. Pure. */
export function judgeRange(
  status: number,
  headers: IncomingHttpHeaders,
  offset: number,
  known: Validators,
): RangeVerdict {
  if (status === 200) return { kind: 'startsOver', total: lengthOf(headers) };
  if (status === 416) return { kind: 'unusable', reason: 'the server has fewer bytes than before' };
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
  if (match === null) return { kind: 'unusable', reason: 'the answer does not say which bytes it holds' };
  const total = match[3] === '*' ? known.total : Number(match[3]);
  if (Number(match[1]) !== offset) {
    return { kind: 'unusable', reason: `asked for byte ${offset}, got byte ${match[1]}` };
  }
  if (known.total !== null && total !== known.total) {
    return { kind: 'unusable', reason: `the size changed from ${known.total} to ${total}` };
  }
  const etag = headers.etag;
  if (known.ifRange?.startsWith('"') && etag !== undefined && etag !== known.ifRange) {
    return { kind: 'unusable', reason: 'the ETag changed' };
  }
  return { kind: 'continues', total };
}

export function lengthOf(headers: IncomingHttpHeaders): number | null {
  const length = headers['content-length'];
  return length !== undefined && /^\d+$/.test(length) ? Number(length) : null;
}
