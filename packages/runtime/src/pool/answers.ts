import { OpenEasError } from '@openeas/contracts';
import type { ProcessorResponse } from '@openeas/processors';
import type { Outcome, TaskTimes } from './protocol.js';

/** 0 and 200 mean success (manual 6.4). */
export function isSuccess(status: number): boolean {
  return status === 0 || status === 200;
}

/** A status that can be sent: anything that is no HTTP status becomes 400, as the engine does (contract 8.5). */
export function httpStatus(status: number): number {
  if (isSuccess(status)) return 200;
  return Number.isInteger(status) && status >= 200 && status <= 599 ? status : 400;
}

export function isResponse(value: unknown): value is ProcessorResponse {
  const response = value as Partial<ProcessorResponse> | null | undefined;
  return (
    typeof response === 'object' &&
    response !== null &&
    typeof response.status === 'number' &&
    typeof response.contentType === 'string' &&
    response.body instanceof Uint8Array
  );
}

/** What a caller learns of a failure in the processor: the catalogue's words, or the first line of the error. */
export function errorOutcome(id: number, error: unknown, times: TaskTimes): Outcome {
  const known = error instanceof OpenEasError ? error : processorFailed(error);
  const { code, status, fault, message } = known;
  return { kind: 'error', id, code, status, fault, message, times };
}

function processorFailed(error: unknown): OpenEasError {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new OpenEasError('ProcessorFailed', { reason: text.split('\n', 1)[0] ?? '' }, { cause: error });
}
