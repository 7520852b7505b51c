import { errorBody, type OpenEasError } from '@openeas/contracts';
import type { ServerExchange } from '@openeas/http1';

/** Answers an error of our own: JSON from the catalogue, with the id to quote. */
export function answerError(
  exchange: ServerExchange,
  error: OpenEasError,
  requestId: string,
  extra: readonly string[] = [],
): void {
  if (exchange.answered) return;
  exchange.respond(
    error.status,
    ['content-type', 'application/json', 'x-request-id', requestId, ...extra],
    JSON.stringify(errorBody(error, requestId)),
  );
}

/** Answers a document of our own. */
export function answerJson(exchange: ServerExchange, requestId: string, value: unknown): void {
  exchange.respond(
    200,
    ['content-type', 'application/json; charset=utf-8', 'x-request-id', requestId],
    JSON.stringify(value),
  );
}
