import { errorBody, OpenEasError } from '@openeas/contracts';
import type { Logger } from '@openeas/telemetry';

/** What a failed call becomes: one of ours as it is, a protocol error of the HTTP layer in our words, else InternalError. */
export function answerableError(error: unknown, requestId: string, log: Logger): OpenEasError {
  if (error instanceof OpenEasError) {
    if (error.status >= 500 && error.code !== 'ActionNotSupported')
      log.warn({ err: error, requestId }, error.code);
    return error;
  }
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new OpenEasError('PayloadTooLarge', { limit: MAX_BODY_BYTES });
  }
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return new OpenEasError('BadRequest', { reason: (error as Error).message }, { cause: error });
  }
  log.error({ err: error, requestId }, 'a call failed unexpectedly');
  return new OpenEasError('InternalError', {}, { cause: error });
}

/** Largest body of an action, bytes; a service.json has some kilobytes. */
export const MAX_BODY_BYTES = 2 * 2 ** 20;

/** For what cannot even be read as HTTP: written to the socket by hand. */
export function rawErrorAnswer(error: OpenEasError, requestId: string): string {
  const body = JSON.stringify(errorBody(error, requestId));
  return [
    `HTTP/1.1 ${error.status} Bad Request`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `x-acs-request-id: ${requestId}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
