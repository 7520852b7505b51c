import type { IncomingMessage } from 'node:http';
import { OpenEasError } from '@openeas/contracts';
import { backoffDelay, sleep } from '@openeas/kernel';
import type { DownloadFile } from './download-file.js';
import { errnoOf, type Failures, reasonOf } from './failures.js';
import { readBody } from './http-body.js';
import { type FetchContext, fetchHead, TooManyRedirectsError } from './http-fetch.js';
import { ForbiddenHostError } from './policy.js';
import { judgeRange, lengthOf, type Validators, validatorsOf } from './range-answer.js';

export type Progress = (done: { bytes: number; total: number | undefined }) => void;

const BACKOFF = { initialMs: 200, maxMs: 5000, factor: 2 };

/** A failure after which the same request may succeed. */
class TransientError extends Error {}

/**
 * Downloads `url` into `file`, going on where it stopped when the server can prove that the package is still
 * the same, and from the start otherwise. Gives up after `limits.attempts` failures without progress.
 */
export async function download(
  url: URL,
  file: DownloadFile,
  failures: Failures,
  context: FetchContext,
  signal: AbortSignal,
  onProgress: Progress,
): Promise<void> {
  const { clock, limits } = context;
  const deadline = clock.monotonic() + limits.totalMs;
  const overtime = new AbortController();
  const cancel = clock.after(limits.totalMs, () => overtime.abort(new Error('overtime')));
  const both = AbortSignal.any([signal, overtime.signal]);
  let furthest = file.size;
  let fruitless = 0;
  try {
    for (;;) {
      try {
        return await attempt(url, file, failures, context, both, onProgress);
      } catch (error) {
        if (error instanceof OpenEasError) throw error;
        signal.throwIfAborted();
        if (overtime.signal.aborted) {
          throw failures.fail('ArtifactFetchFailed', { reason: `it took longer than ${limits.totalMs} ms` });
        }
        if (!isTransient(error)) throw failureOf(error, failures);
        fruitless = file.size > furthest ? 1 : fruitless + 1;
        furthest = Math.max(furthest, file.size);
        if (fruitless >= limits.attempts) throw failureOf(error, failures);
      }
      const left = Math.max(0, deadline - clock.monotonic());
      await sleep(clock, Math.min(left, backoffDelay(fruitless, BACKOFF)), both).catch(() => undefined);
    }
  } finally {
    cancel();
  }
}

async function attempt(
  url: URL,
  file: DownloadFile,
  failures: Failures,
  context: FetchContext,
  signal: AbortSignal,
  onProgress: Progress,
): Promise<void> {
  const offset = file.resumeOffset;
  const ifRange = file.validators.ifRange;
  const headers: Record<string, string> =
    offset > 0 && ifRange !== null ? { range: `bytes=${offset}-`, 'if-range': ifRange } : {};
  const response = await fetchHead(url, headers, context, signal);
  const body = readBody(response, context);
  try {
    await begin(response, offset, file, failures);
    const { total } = file.validators;
    const { downloadBytes } = context.limits;
    const tooLarge = (): OpenEasError =>
      failures.fail('ArtifactTooLarge', { limit: downloadBytes, unit: 'bytes' });
    if (total !== null && total > downloadBytes) throw tooLarge();
    for await (const chunk of body) {
      if (file.size + chunk.length > downloadBytes) throw tooLarge();
      await file.append(chunk);
      onProgress({ bytes: file.size, total: total ?? undefined });
    }
    if (total !== null && file.size !== total) {
      throw new TransientError(`${file.size} of ${total} bytes came`);
    }
  } finally {
    response.destroy();
    await file.checkpoint();
  }
}

/** Judges the answer and sets the file to where its body goes on. */
async function begin(
  response: IncomingMessage,
  offset: number,
  file: DownloadFile,
  failures: Failures,
): Promise<void> {
  const status = response.statusCode ?? 0;
  if (status !== 200 && !(offset > 0 && (status === 206 || status === 416))) {
    throw statusFailure(status, failures);
  }
  const known = file.validators;
  const verdict: ReturnType<typeof judgeRange> =
    offset > 0
      ? judgeRange(status, response.headers, offset, known)
      : { kind: 'startsOver', total: lengthOf(response.headers) };
  switch (verdict.kind) {
    case 'continues':
      return file.restart(offset, { ...known, total: verdict.total } satisfies Validators);
    case 'startsOver':
      return file.restart(0, validatorsOf(response.headers, verdict.total));
    case 'unusable':
      await file.restart(0, { ifRange: null, total: null });
      throw new TransientError(verdict.reason);
  }
}

function statusFailure(status: number, failures: Failures): Error {
  const reason = `the server answered ${status}`;
  if (status === 401 || status === 403 || status === 407)
    return failures.fail('ArtifactForbidden', { reason });
  if (status === 408 || status === 425 || status === 429 || status >= 500) return new TransientError(reason);
  return failures.fail('ArtifactNotFound', { reason });
}

const PERMANENT: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENOSPC', 'EDQUOT', 'EROFS', 'EACCES']);

function isTransient(error: unknown): boolean {
  if (error instanceof ForbiddenHostError || error instanceof TooManyRedirectsError) return false;
  const code = errnoOf(error);
  if (code?.startsWith('CERT_') || code?.includes('SELF_SIGNED') || code?.startsWith('ERR_TLS')) return false;
  return code === undefined || !PERMANENT.has(code);
}

function failureOf(error: unknown, failures: Failures): OpenEasError {
  const reason = reasonOf(error);
  if (error instanceof ForbiddenHostError) return failures.fail('ArtifactForbidden', { reason }, error);
  if (errnoOf(error) === 'ENOTFOUND') return failures.fail('ArtifactNotFound', { reason }, error);
  return failures.fail('ArtifactFetchFailed', { reason }, error);
}
