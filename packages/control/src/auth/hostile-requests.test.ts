import type { IncomingMessage } from 'node:http';
import { API_ACTIONS, OpenEasError } from '@openeas/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseJsonBody, QueryParameters } from '../api/parameters.js';
import { parseTime } from '../api/times.js';
import { objectAddress } from '../objects/object-requests.js';
import { acs3CanonicalRequest, parseAcs3Authorization } from './acs3-signature.js';
import { equalSecrets } from './constant-time.js';
import { roaStringsToSign } from './roa-signature.js';
import { checkHttpDate, checkIsoDate } from './time-window.js';
import { wireRequest } from './wire-request.js';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('%', '&', '=', '+', ';', ',', ' ', ':', '\n', 'a', '0', '🙂') }),
);

/** Whatever comes in, what goes out is a result or an error of the catalogue that blames the caller. */
function survives(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(OpenEasError);
    expect((error as OpenEasError).fault).toBe('caller');
  }
}

it('reads requests of any kind without a defect', () => {
  const headers = fc.array(
    fc.tuple(fc.oneof(text, fc.constantFrom('Host', 'x-acs-date', 'Authorization')), text),
  );
  fc.assert(
    fc.property(text, headers, text, (url, pairs, secret) => {
      survives(() => {
        const raw = { method: 'GET', url, rawHeaders: pairs.flat() } as unknown as IncomingMessage;
        const request = wireRequest(raw);
        acs3CanonicalRequest(request, [...request.headers.keys()], '');
        expect(roaStringsToSign(request).length).toBeGreaterThan(0);
        objectAddress(request.path);
        new QueryParameters(API_ACTIONS.ListServices, request.query);
      });
      expect(equalSecrets(secret, `${secret}x`)).toBe(false);
      expect(equalSecrets(secret, secret)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

it('reads header values, dates and bodies of any kind without a defect', () => {
  fc.assert(
    fc.property(text, fc.uint8Array(), (value, bytes) => {
      parseAcs3Authorization(value);
      survives(() => checkIsoDate(value, 0));
      survives(() => checkHttpDate(value, 0));
      survives(() => parseTime('StartTime', value));
      survives(() => parseJsonBody(bytes));
      survives(() => parseJsonBody(Buffer.from(value)));
    }),
    { numRuns: 2000 },
  );
});

it('gives the query back as it was encoded, whatever it says', () => {
  const pairs = fc.uniqueArray(
    fc.tuple(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string({ unit: 'grapheme' })),
    {
      selector: ([name]) => name,
    },
  );
  fc.assert(
    fc.property(pairs, (query) => {
      const url = `/p?${query.map((pair) => pair.map(encodeURIComponent).join('=')).join('&')}`;
      const raw = { method: 'GET', url, rawHeaders: [] } as unknown as IncomingMessage;
      expect(wireRequest(raw).query).toEqual(query);
    }),
  );
});
