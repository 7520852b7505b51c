import { type ErrorCode, type ErrorFacts, OpenEasError } from '@openeas/contracts';
import type { ArtifactRef } from './port.js';

/** Builds errors that name the key and the source, without the secrets an address may carry. */
export interface Failures {
  fail(code: ErrorCode, facts?: ErrorFacts, cause?: unknown): OpenEasError;
}

export function failuresOf(ref: ArtifactRef): Failures {
  const named = { field: ref.field, source: withoutSecrets(ref.source) };
  return {
    fail: (code, facts = {}, cause) =>
      new OpenEasError(code, { ...named, ...facts }, cause === undefined ? undefined : { cause }),
  };
}

/** User, password and query (which holds signatures) are cut out of an address. */
export function withoutSecrets(source: string): string {
  if (!/^https?:/i.test(source) || !URL.canParse(source)) return source;
  const url = new URL(source);
  return `${url.protocol}//${url.host}${url.pathname}${url.search === '' ? '' : '?…'}`;
}

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  return code === undefined || error.message.includes(code) ? error.message : `${error.message} (${code})`;
}

export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
