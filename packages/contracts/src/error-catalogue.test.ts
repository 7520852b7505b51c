import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_CATALOGUE, type ErrorCode, type ErrorSpec } from './error-catalogue.js';
import { errorBody, OpenEasError, toOpenEasError } from './errors.js';

const ENTRIES = Object.entries(ERROR_CATALOGUE) as [ErrorCode, ErrorSpec][];

const INTRODUCTION = `# Errors

Every error that leaves OpenEAS has one of these codes. The control API and the data plane answer
\`{"Code": …, "Message": …, "RequestId": …}\`; words in braces below are filled in. Codes never change their meaning.
A test compares this page with the catalogue in the code.

Who has to act: **caller** the one who sent the request, **record** the owner of the data in it, **model** the owner
of the model, **dependency** something OpenEAS depends on, **platform** OpenEAS or its machine.
"Again" = the same request may succeed later without a change.
`;

/** The page as the catalogue has it; its sections are the comments `// --- title` of the source. */
function page(): string {
  const source = readFileSync(new URL('./error-catalogue.ts', import.meta.url), 'utf8');
  let text = INTRODUCTION;
  for (const line of source.split('\n')) {
    const title = /^ {2}\/\/ --- (.+)$/.exec(line)?.[1];
    if (title !== undefined) {
      text += `\n## ${title[0]!.toUpperCase()}${title.slice(1)}\n\n`;
      text += '| code | status | who | again | message |\n| --- | --- | --- | --- | --- |\n';
    }
    const code = /^ {2}'?([A-Za-z.]+)'?: spec\(/.exec(line)?.[1];
    if (code !== undefined) text += row(code, ERROR_CATALOGUE[code as ErrorCode]);
  }
  return text;
}

function row(code: string, { status, fault, retryable, template }: ErrorSpec): string {
  const message = template.replaceAll('|', '\\|');
  return `| \`${code}\` | ${status} | ${fault} | ${retryable ? 'yes' : 'no'} | ${message} |\n`;
}

describe('the error catalogue', () => {
  it('is what docs/reference/errors.md says (vitest -u writes the page anew)', async () => {
    await expect(page()).toMatchFileSnapshot('../../../docs/reference/errors.md');
  });

  it('has every code in that page, once', () => {
    const codes = [...page().matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1]);
    expect(codes).toEqual(Object.keys(ERROR_CATALOGUE));
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
