import { isUtf8 } from 'node:buffer';
import { OpenEasError } from '@openeas/contracts';
import { locateJsonError } from './locate-json-error.js';

/** The body as a JSON value. @throws InvalidRequestBody naming line, column and byte of the first error. */
export function parseJsonBody(body: Uint8Array, expected: string): unknown {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (bytes.length === 0) throw new OpenEasError('InvalidRequestBody', { reason: 'it is empty', expected });
  if (!isUtf8(bytes)) throw new OpenEasError('InvalidRequestBody', { reason: 'it is not UTF-8', expected });
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const place = locateJsonError(text.startsWith('\ufeff') ? text.slice(1) : text);
    const reason =
      place === undefined
        ? `it is not JSON (${text.startsWith('\ufeff') ? 'it starts with a byte order mark' : String(cause)})`
        : `it is not JSON: line ${place.line}, column ${place.column}: ${place.reason}`;
    throw new OpenEasError('InvalidRequestBody', { reason, expected }, { cause });
  }
}
