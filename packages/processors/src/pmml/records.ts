import { OpenEasError } from '@openeas/contracts';
import { parseJsonBody } from '../json/parse-json-body.js';
import type { ProcessorRequest } from '../port.js';

/** One row as the engine takes it. */
export type PmmlRecord = Readonly<Record<string, unknown>>;

export interface PmmlRequest {
  readonly records: readonly PmmlRecord[];
  /** `?on_error=row`: a bad row becomes `{"error":{…}}` in its place; otherwise it refuses the request. */
  readonly keepGoodRows: boolean;
}

const EXPECTED = 'a JSON array of objects, one per row, such as [{"age":54,"sex":1}]';

/** Reads a request (contract 8.6). A single object counts as one row. @throws OpenEasError, all with status 400 or 405 */
export function parsePmmlRequest(request: ProcessorRequest): PmmlRequest {
  if (request.method !== 'POST') {
    throw new OpenEasError('MethodNotAllowed', {
      method: request.method,
      path: request.path === '' ? '/' : request.path,
      allowed: 'POST to predict, or GET without a sub-path for the model information',
    });
  }
  const body = parseJsonBody(request.body, EXPECTED);
  const records = Array.isArray(body) ? body : [body];
  if (records.length === 0) {
    throw new OpenEasError('InvalidRequestBody', { reason: 'the array is empty', expected: EXPECTED });
  }
  for (let row = 0; row < records.length; row++) {
    const record: unknown = records[row];
    if (typeof record === 'object' && record !== null && !Array.isArray(record)) continue;
    const reason = Array.isArray(body) ? `row ${row} is ${kind(record)}` : `it is ${kind(record)}`;
    throw new OpenEasError('InvalidRequestBody', { reason, expected: EXPECTED });
  }
  return { records, keepGoodRows: keepsGoodRows(request.query) };
}

function keepsGoodRows(query: string): boolean {
  if (query === '') return false;
  const value = new URLSearchParams(query).get('on_error');
  if (value === null || value === 'fail') return false;
  if (value === 'row') return true;
  throw new OpenEasError('InvalidParameter', { field: 'on_error', value, expected: '"row" or "fail"' });
}

function kind(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}
