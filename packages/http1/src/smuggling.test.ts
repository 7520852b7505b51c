import { describe, expect, test } from 'vitest';
import { drive, type Outcome } from './testing/drive.js';

const HOST = 'Host: a.example\r\n';
const NEXT = `GET /next HTTP/1.1\r\n${HOST}\r\n`;

function seen(outcome: Outcome): string[] {
  return outcome.messages.map((message) => `${message.method} ${message.target} ${message.body}`);
}

/** Whole, byte by byte, and cut once at every place: the same comes of it. */
async function everyWay(text: string): Promise<Outcome> {
  const bytes = Buffer.from(text, 'latin1');
  const whole = await drive([bytes]);
  const single = await drive([...bytes].map((byte) => Buffer.from([byte])));
  expect(single).toEqual(whole);
  for (let cut = 1; cut < bytes.length; cut++) {
    expect(await drive([bytes.subarray(0, cut), bytes.subarray(cut)]), `cut at ${cut}`).toEqual(whole);
  }
  return whole;
}

function post(headers: string, body = ''): string {
  return `POST /p HTTP/1.1\r\n${HOST}${headers}\r\n${body}`;
}

const CHUNKED = 'Transfer-Encoding: chunked\r\n';

describe('what is accepted', () => {
  test.each<[string, string, string[]]>([
    ['a plain request', `GET / HTTP/1.1\r\n${HOST}\r\n`, ['GET / ']],
    ['an empty line before it', `\r\n\r\nGET / HTTP/1.1\r\n${HOST}\r\n`, ['GET / ']],
    ['HTTP/1.0 without Host', 'GET / HTTP/1.0\r\n\r\n', ['GET / ']],
    ['an empty Host', 'GET / HTTP/1.1\r\nHost:\r\n\r\n', ['GET / ']],
    ['a body by length', post('Content-Length: 3\r\n', 'abc'), ['POST /p abc']],
    ['length 0', post('Content-Length: 0\r\n'), ['POST /p ']],
    ['white space around a value', post('Content-Length:  3 \r\nX: \ty\t \r\n', 'abc'), ['POST /p abc']],
    ['chunks', post(CHUNKED, '3\r\nabc\r\n0\r\n\r\n'), ['POST /p abc']],
    [
      'chunk sizes with zeros and capitals',
      post(CHUNKED, '00A\r\n0123456789\r\n000\r\n\r\n'),
      ['POST /p 0123456789'],
    ],
    ['chunk extensions', post(CHUNKED, '1;a=b;c="d \\" e"\r\nx\r\n0;z\r\n\r\n'), ['POST /p x']],
    ['trailers', post(CHUNKED, '1\r\nx\r\n0\r\nA: b\r\nB:\r\n\r\n'), ['POST /p x']],
    ['Chunked in capitals', post('Transfer-Encoding: CHUNKED\r\n', '0\r\n\r\n'), ['POST /p ']],
    ['absolute form', 'GET http://a.example/x?y HTTP/1.1\r\nHost: a.example\r\n\r\n', ['GET /x?y ']],
    [
      'absolute form without path',
      'GET http://a.example?y HTTP/1.1\r\nHost: a.example\r\n\r\n',
      ['GET /?y '],
    ],
    ['OPTIONS *', `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`, ['OPTIONS * ']],
    ['obs-text in a value', `GET / HTTP/1.1\r\n${HOST}X: \xe4\xff\r\n\r\n`, ['GET / ']],
    ['an empty value', `GET / HTTP/1.1\r\n${HOST}X:\r\n\r\n`, ['GET / ']],
  ])('%s, and the request behind it', async (_, text, expected) => {
    const outcome = await everyWay(text + NEXT.replace('HTTP/1.1', 'HTTP/1.1'));
    const rest = text.includes('HTTP/1.0') ? [] : ['GET /next '];
    expect(seen(outcome)).toEqual([...expected, ...rest]);
    expect(outcome.refused).toBeUndefined();
  });
});

describe('what is refused, with nothing behind it served', () => {
  test.each<[string, string, number]>([
    // Two readings of where the body ends.
    ['both lengths', post(`Content-Length: 3\r\n${CHUNKED}`, '0\r\n\r\n'), 400],
    ['both lengths, the other way round', post(`${CHUNKED}Content-Length: 3\r\n`, '0\r\n\r\n'), 400],
    ['two differing lengths', post('Content-Length: 3\r\nContent-Length: 4\r\n', 'abcd'), 400],
    ['two equal lengths', post('Content-Length: 3\r\nContent-Length: 3\r\n', 'abc'), 400],
    ['a list of lengths', post('Content-Length: 3, 3\r\n', 'abc'), 400],
    ['a signed length', post('Content-Length: +3\r\n', 'abc'), 400],
    ['a negative length', post('Content-Length: -1\r\n'), 400],
    ['a hexadecimal length', post('Content-Length: 0x3\r\n', 'abc'), 400],
    ['a length with a fraction', post('Content-Length: 3.0\r\n', 'abc'), 400],
    ['a length with a space inside', post('Content-Length: 1 2\r\n', 'abc'), 400],
    ['an empty length', post('Content-Length:\r\n'), 400],
    ['a length no number holds', post('Content-Length: 99999999999999999999\r\n'), 400],
    ['a tab behind a length', post('Content-Length: 3\t\r\n', 'abc'), 400],
    ['a tab behind chunked', post('Transfer-Encoding: chunked \t\r\n', '0\r\n\r\n'), 400],
    ['a tab before chunked', post('Transfer-Encoding:\tchunked\r\n', '0\r\n\r\n'), 400],
    ['a tab behind keep-alive', post('Connection: keep-alive\t\r\n'), 400],
    ['two codings', post(`${CHUNKED}${CHUNKED}`, '0\r\n\r\n'), 400],
    ['chunked twice in one', post('Transfer-Encoding: chunked, chunked\r\n', '0\r\n\r\n'), 400],
    ['chunked not last', post('Transfer-Encoding: chunked, gzip\r\n', '0\r\n\r\n'), 400],
    ['an empty coding', post('Transfer-Encoding:\r\n', '0\r\n\r\n'), 400],
    ['a quoted coding', post('Transfer-Encoding: "chunked"\r\n', '0\r\n\r\n'), 400],
    ['a coding with a vertical tab', post('Transfer-Encoding: \x0bchunked\r\n', '0\r\n\r\n'), 400],
    ['an unknown coding', post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'), 501],
    ['identity', post('Transfer-Encoding: identity\r\n'), 501],
    ['gzip, chunked', post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'), 501],
    ['chunks in HTTP/1.0', `POST / HTTP/1.0\r\n${CHUNKED}\r\n0\r\n\r\n`, 400],
    // Lines.
    ['a bare LF after the request line', `GET / HTTP/1.1\n${HOST}\r\n`, 400],
    ['a bare LF after a header', 'GET / HTTP/1.1\r\nHost: a\n\r\n', 400],
    ['a bare LF at the end of the head', `GET / HTTP/1.1\r\n${HOST}\n`, 400],
    ['a bare CR in a value', 'GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n', 400],
    ['a folded header', `GET / HTTP/1.1\r\n${HOST}X: a\r\n b\r\n\r\n`, 400],
    ['a header line that starts with a space', `GET / HTTP/1.1\r\n Host: a\r\n\r\n`, 400],
    ['a space before the colon', post('Content-Length : 3\r\n', 'abc'), 400],
    ['a tab before the colon', post('Transfer-Encoding\t: chunked\r\n', '0\r\n\r\n'), 400],
    ['a header without a colon', `GET / HTTP/1.1\r\n${HOST}Nothing\r\n\r\n`, 400],
    ['a header without a name', `GET / HTTP/1.1\r\n${HOST}: x\r\n\r\n`, 400],
    ['NUL in a name', `GET / HTTP/1.1\r\n${HOST}Content-Length\x00: 3\r\n\r\nabc`, 400],
    ['NUL in a value', `GET / HTTP/1.1\r\n${HOST}X: a\x00b\r\n\r\n`, 400],
    ['obs-text in a name', `GET / HTTP/1.1\r\n${HOST}\xe4: b\r\n\r\n`, 400],
    ['DEL in a value', `GET / HTTP/1.1\r\n${HOST}X: \x7f\r\n\r\n`, 400],
    ['a bare LF before the request', `\nGET / HTTP/1.1\r\n${HOST}\r\n`, 400],
    // The first line.
    ['HTTP/0.9', 'GET /\r\n\r\n', 400],
    ['the HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505],
    ['HTTP/1.2', `GET / HTTP/1.2\r\n${HOST}\r\n`, 505],
    ['HTTP/2', `GET / HTTP/2\r\n${HOST}\r\n`, 505],
    ['http in small letters', `GET / http/1.1\r\n${HOST}\r\n`, 400],
    ['HTTP/1.10', `GET / HTTP/1.10\r\n${HOST}\r\n`, 400],
    ['something behind the version', `GET / HTTP/1.1 x\r\n${HOST}\r\n`, 400],
    ['a space behind the version', `GET / HTTP/1.1 \r\n${HOST}\r\n`, 400],
    ['two spaces', `GET  / HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['a tab between the parts', `GET\t/\tHTTP/1.1\r\n${HOST}\r\n`, 400],
    ['a leading space', ` GET / HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['a method that is no token', `G(T / HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['a target with a space', `GET /a b HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['a target with a fragment', `GET /a#b HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['a target with NUL', `GET /a\x00 HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['a target with raw UTF-8', `GET /\xc3\xa4 HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['a relative target', `GET a HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['* for GET', `GET * HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['authority form', `CONNECT a.example:80 HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['absolute form with another host', `GET http://b.example/ HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['absolute form with another scheme', `GET ftp://a.example/ HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['a TLS greeting', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    // Host.
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['two Hosts', `GET / HTTP/1.1\r\n${HOST}${HOST}\r\n`, 400],
    ['two Hosts in HTTP/1.0', `GET / HTTP/1.0\r\n${HOST}${HOST}\r\n`, 400],
    ['a Host with a path', 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n', 400],
    ['a Host with a user', 'GET / HTTP/1.1\r\nHost: u@a\r\n\r\n', 400],
    ['a Host with a space', 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n', 400],
    // Chunks.
    ['a chunk without a size', post(CHUNKED, '\r\nabc\r\n0\r\n\r\n'), 400],
    ['a chunk size in no digits', post(CHUNKED, 'g\r\nabc\r\n0\r\n\r\n'), 400],
    ['a signed chunk size', post(CHUNKED, '+3\r\nabc\r\n0\r\n\r\n'), 400],
    ['a chunk size with 0x', post(CHUNKED, '0x3\r\nabc\r\n0\r\n\r\n'), 400],
    ['a chunk size no number holds', post(CHUNKED, 'fffffffffffffffff\r\nabc'), 400],
    ['a space before a chunk size', post(CHUNKED, ' 3\r\nabc\r\n0\r\n\r\n'), 400],
    ['a space behind a chunk size', post(CHUNKED, '3 \r\nabc\r\n0\r\n\r\n'), 400],
    ['white space in an extension', post(CHUNKED, '3; a=b\r\nabc\r\n0\r\n\r\n'), 400],
    ['an extension without a name', post(CHUNKED, '3;\r\nabc\r\n0\r\n\r\n'), 400],
    ['an extension without a value', post(CHUNKED, '3;a=\r\nabc\r\n0\r\n\r\n'), 400],
    ['something behind a quoted extension', post(CHUNKED, '3;a="b"c\r\nabc\r\n0\r\n\r\n'), 400],
    ['a length in the trailer', post(CHUNKED, '0\r\nContent-Length: 5\r\n\r\n'), 400],
    ['Connection in the trailer', post(CHUNKED, '0\r\nConnection: close\r\n\r\n'), 400],
    ['a coding in the trailer', post(CHUNKED, '0\r\nTransfer-Encoding: chunked\r\n\r\n'), 400],
    ['LF in an extension', post(CHUNKED, '3;a\nb\r\nabc\r\n0\r\n\r\n'), 400],
    ['CR LF in a quoted extension', post(CHUNKED, '3;a="\r\n"\r\nabc\r\n0\r\n\r\n'), 400],
    ['NUL in an extension', post(CHUNKED, '3;\x00\r\nabc\r\n0\r\n\r\n'), 400],
    ['a bare LF behind a chunk size', post(CHUNKED, '3\nabc\r\n0\r\n\r\n'), 400],
    ['a bare LF behind a chunk', post(CHUNKED, '3\r\nabc\n0\r\n\r\n'), 400],
    ['a chunk longer than its size', post(CHUNKED, '3\r\nabcd\r\n0\r\n\r\n'), 400],
    ['a chunk shorter than its size', post(CHUNKED, '4\r\nabc\r\n0\r\n\r\n'), 400],
    ['a bare LF at the end', post(CHUNKED, '0\r\n\n'), 400],
    ['a folded trailer', post(CHUNKED, '0\r\nA: b\r\n c\r\n\r\n'), 400],
    ['a trailer without a colon', post(CHUNKED, '0\r\nAb\r\n\r\n'), 400],
    // Expectations.
    ['an unknown expectation', post('Expect: tea\r\nContent-Length: 0\r\n'), 417],
  ])('%s', async (_, text, status) => {
    const outcome = await everyWay(text + NEXT);
    expect(outcome.refused).toBe(status);
    expect(outcome.closed).toBe(true);
    expect(outcome.messages).toEqual([]);
  });

  test('an error behind good requests, after their answers', async () => {
    const outcome = await everyWay(
      `${NEXT}${post('Content-Length: 2\r\n', 'ab')}GET / HTTP/1.1\r\n\r\n${NEXT}`,
    );
    expect(seen(outcome)).toEqual(['GET /next ', 'POST /p ab']);
    expect(outcome.refused).toBe(400);
  });

  test('nothing behind a request that closes the connection', async () => {
    const outcome = await everyWay(`GET / HTTP/1.1\r\n${HOST}Connection: x, CLOSE\r\n\r\n${NEXT}`);
    expect(seen(outcome)).toEqual(['GET / ']);
    expect(outcome).toMatchObject({ refused: undefined, closed: true });
  });
});

describe('limits', () => {
  test.each<[string, string]>([
    ['a request line without end', `GET /${'a'.repeat(2000)}`],
    ['a header without end', `GET / HTTP/1.1\r\n${HOST}X: ${'a'.repeat(2000)}`],
    ['headers without end', `GET / HTTP/1.1\r\n${HOST}${'X: y\r\n'.repeat(300)}`],
    ['empty lines without end', '\r\n'.repeat(600)],
  ])('431 for %s', async (_, text) => {
    const bytes = Buffer.from(text, 'latin1');
    for (const pieces of [[bytes], [...bytes].map((byte) => Buffer.from([byte]))]) {
      expect(await drive(pieces, 1024)).toMatchObject({ refused: 431, closed: true, messages: [] });
    }
  });

  test('a head of exactly the limit passes, one byte more does not', async () => {
    const head = (size: number): Buffer => {
      const start = `GET / HTTP/1.1\r\n${HOST}X: `;
      return Buffer.from(`${start}${'a'.repeat(size - start.length - 4)}\r\n\r\n`);
    };
    expect((await drive([head(1024)], 1024)).messages).toHaveLength(1);
    expect((await drive([head(1025)], 1024)).refused).toBe(431);
  });

  test('431 for more fields than a message may have, trailers too', async () => {
    const many = 'X: y\r\n'.repeat(129);
    expect((await drive([Buffer.from(`GET / HTTP/1.1\r\n${HOST}${many}\r\n`)])).refused).toBe(431);
    expect((await drive([Buffer.from(post(CHUNKED, `0\r\n${many}\r\n`))])).refused).toBe(431);
  });

  test('400 for chunk extensions without end', async () => {
    const text = post(CHUNKED, `${'1;aaaaaaaaaaaaaaaa\r\nx\r\n'.repeat(300)}0\r\n\r\n`);
    expect((await drive([Buffer.from(text)])).refused).toBe(400);
  });
});
