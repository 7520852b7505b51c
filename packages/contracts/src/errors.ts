import { ERROR_CATALOGUE, type ErrorCode, type ErrorSpec, type Fault } from './error-catalogue.js';

/** Values for the `{placeholders}` of a template. */
export type ErrorFacts = Readonly<Record<string, string | number | boolean | undefined>>;

/** Every failure that leaves OpenEAS is one of these: declared in the catalogue, built from facts. */
export class OpenEasError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly fault: Fault;
  readonly retryable: boolean;

  constructor(code: ErrorCode, facts: ErrorFacts = {}, options?: ErrorOptions) {
    const spec: ErrorSpec = ERROR_CATALOGUE[code];
    super(fill(spec.template, facts), options);
    this.name = 'OpenEasError';
    this.code = code;
    this.status = spec.status;
    this.fault = spec.fault;
    this.retryable = spec.retryable;
  }
}

/** The body of every error answer, on the control API (contract 7.5) and on the data plane. */
export interface ErrorBody {
  readonly Code: string;
  readonly Message: string;
  readonly RequestId: string;
}

export function errorBody(error: OpenEasError, requestId: string): ErrorBody {
  return { Code: error.code, Message: error.message, RequestId: requestId };
}

/** What an unexpected exception becomes: the caller learns an id to quote, not our internals. */
export function toOpenEasError(error: unknown): OpenEasError {
  if (error instanceof OpenEasError) return error;
  return new OpenEasError('InternalError', {}, { cause: error });
}

function fill(template: string, facts: ErrorFacts): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = facts[name];
    return value === undefined ? whole : String(value);
  });
}
