import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_CATALOGUE, type ErrorCode, type ErrorSpec } from './error-catalogue.js';
import { errorBody, OpenEasError, toOpenEasError } from './errors.js';

const ENTRIES = Object.entries(ERROR_CATALOGUE) as [ErrorCode, ErrorSpec][];

function row([code, spec]: [ErrorCode, ErrorSpec]): string {
  const { status, fault, retryable, template } = spec;
  return `| \`${code}\` | ${status} | ${fault} | ${retryable ? 'yes' : 'no'} | ${template.replaceAll('|', '\\|')} |`;
}

describe('the error catalogue', () => {
  it('is what docs/reference/errors.md says, row by row and in the same order', () => {
    const page = readFileSync(new URL('../../../docs/reference/errors.md', import.meta.url), 'utf8');
    expect(page.split('\n').filter((line) => line.startsWith('| `'))).toEqual(ENTRIES.map(row));
  });

  it.each(ENTRIES)('%s has an error status, a sentence, and no code inside another', (code, spec) => {
    expect(spec.status).toBeGreaterThanOrEqual(400);
    expect(spec.status).toBeLessThan(600);
    expect(spec.template.length).toBeGreaterThan(0);
    expect(spec.template.replaceAll(/\{\w+\}/g, '')).not.toMatch(/[{}]/);
    expect(code).toMatch(/^[A-Z][A-Za-z]+(\.[A-Z][A-Za-z]+)?$/);
  });

  it('blames the caller for a 5xx only where something asked for is not offered (501, 505)', () => {
    const blamed = ENTRIES.filter(([, { status, fault }]) => status >= 500 && fault === 'caller');
    expect(blamed.filter(([, { status }]) => status !== 501 && status !== 505)).toEqual([]);
  });
});

describe('OpenEasError', () => {
  it('fills in the facts and leaves unknown ones visible', () => {
    const error = new OpenEasError('ServiceNotFound', { name: 'demo' });
    expect(error.message).toContain('There is no service [demo] in region [{region}].');
    expect(error).toMatchObject({ code: 'ServiceNotFound', status: 404, fault: 'caller', retryable: false });
  });

  it('does not read facts as templates', () => {
    const error = new OpenEasError('BadRequest', { reason: '{reason} $& {other}' });
    expect(error.message).toBe('{reason} $& {other}');
  });

  it('becomes the body of an answer', () => {
    const error = new OpenEasError('ShuttingDown');
    expect(errorBody(error, 'ID')).toEqual({ Code: 'ShuttingDown', Message: error.message, RequestId: 'ID' });
  });

  it('hides what an unexpected exception says, but keeps it as the cause', () => {
    const cause = new Error('password=1');
    const error = toOpenEasError(cause);
    expect(error).toMatchObject({ code: 'InternalError', cause });
    expect(error.message).not.toContain('password');
    expect(toOpenEasError(error)).toBe(error);
  });
});
