/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const METHODS = ['GET', 'POST', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH'];
const TARGETS = ['/', '/a?b=c', '/api/predict/x', '/%20', '*', 'http://h/x', '//', '/a/../b', '/?'];
const VERSIONS = [
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/1.2',
  'HTTP/2.0',
  'http/1.1',
];
const HEADERS = [
  'Accept: */*',
  'X: y',
  'Connection: keep-alive',
  'Connection: close',
  'Content-Length: 0',
  'Content-Length: 3',
  'Content-Length: 03',
  'Content-Length: 3, 3',
  'Content-Length:',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: chunked, identity',
  'transfer-encoding : chunked',
  'Transfer-Encoding:\tchunked ',
  'Transfer-Encoding: xchunked',
  'Expect: 100-continue',
  'Upgrade: websocket',
  'Connection: Upgrade',
  `Long: ${'z'.repeat(300)}`,
  ' folded: yes',
  'Host: other',
];
const EXTENSIONS = ['', '', '', ';a', ';a=b', ';a="b"', '; a', ';', ' ', ';a="\\""'];
const TRAILERS = ['', '', '', 'A: b\r\n', 'Content-Length: 9\r\n', ' x\r\n'];
const BYTES = [
  '\r',
  '\n',
  '\r\n',
  '\n\n',
  ' ',
  '\t',
  ':',
  ';',
  '\0',
  '0',
  '1',
  'a',
  'F',
  ',',
  '\x7f',
  '\xff',
  '"',
  '=',
  '#',
  '/',
];

/** Requests behind each other, mostly good, then damaged in up to three places. */
export function fuzzInput(random: () => number): Buffer {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  let text = '';
  const count = 1 + Math.floor(random() * 4);
  for (let i = 0; i < count; i++) {
    // The same request again, now and then: connections that repeat a head take a short cut.
    text += i > 0 && random() < 0.2 ? text : message();
  }
  const damages = random() < 0.35 ? 0 : 1 + Math.floor(random() * 3);
  for (let i = 0; i < damages; i++) text = damage(text);
  return Buffer.from(text.slice(0, 60_000), 'latin1');

  function message(): string {
    const lines = [
      `${pick(METHODS)} ${random() < 0.7 ? '/t' : pick(TARGETS)} ${random() < 0.8 ? 'HTTP/1.1' : pick(VERSIONS)}`,
    ];
    if (random() < 0.95) lines.push('Host: h');
    const extra = Math.floor(random() * 3);
    for (let i = 0; i < extra; i++) lines.push(random() < 0.5 ? pick(HEADERS.slice(0, 3)) : pick(HEADERS));
    const framing = random();
    let body = '';
    if (framing < 0.35) {
      const length = Math.floor(random() * 20);
      lines.push(`Content-Length: ${length}`);
      body = 'b'.repeat(length);
    } else if (framing < 0.7) {
      lines.push('Transfer-Encoding: chunked');
      body = chunks();
    }
    return `${lines.join('\r\n')}\r\n\r\n${body}`;
  }

  function chunks(): string {
    let body = '';
    const parts = Math.floor(random() * 4);
    for (let i = 0; i < parts; i++) {
      const size = 1 + Math.floor(random() * 40);
      const hex = random() < 0.5 ? size.toString(16) : `00${size.toString(16).toUpperCase()}`;
      body += `${hex}${random() < 0.7 ? '' : pick(EXTENSIONS)}\r\n${'c'.repeat(size)}\r\n`;
    }
    return `${body}0${random() < 0.8 ? '' : pick(EXTENSIONS)}\r\n${pick(TRAILERS)}\r\n`;
  }

  function damage(whole: string): string {
    const at = Math.floor(random() * whole.length);
    const length = 1 + Math.floor(random() * 4);
    switch (Math.floor(random() * 6)) {
      case 0:
        return whole.slice(0, at) + whole.slice(at + length);
      case 1:
        return whole.slice(0, at) + pick(BYTES) + whole.slice(at);
      case 2:
        return whole.slice(0, at) + pick(BYTES) + whole.slice(at + 1);
      case 3:
        return whole.slice(0, at) + whole.slice(at, at + 30) + whole.slice(at);
      case 4:
        return `${whole.slice(0, at)}${pick(HEADERS)}\r\n${whole.slice(at)}`;
      default:
        return whole.slice(0, at) + String.fromCharCode(Math.floor(random() * 256)) + whole.slice(at + 1);
    }
  }
}

/** The input in pieces: whole, in single bytes, or cut at random. */
export function fuzzPieces(bytes: Buffer, random: () => number): Buffer[] {
  const kind = random();
  if (kind < 0.4) return [bytes];
  if (kind < 0.5 && bytes.length < 2000) return [...bytes].map((byte) => Buffer.from([byte]));
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const next = at + 1 + Math.floor(random() * (kind < 0.7 ? 20 : 200));
    pieces.push(bytes.subarray(at, next));
    at = next;
  }
  return pieces;
}
