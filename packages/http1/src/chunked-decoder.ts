import { OpenEasError } from '@openeas/contracts';
import { CR, FIELD_VALUE, HEX_VALUE, LF, SPACE, TAB, TOKEN } from './characters.js';
import { HeadParser, malformed } from './head-parser.js';

/** Chunk sizes have at most this many digits, leading zeros included: nothing larger is a real chunk. */
const MAX_SIZE_DIGITS = 12;
/** Bytes of chunk extensions in one message. They mean nothing to us, and are a known way to waste time. */
const MAX_EXTENSION_BYTES = 4096;
const MAX_TRAILER_BYTES = 8192;

/** RFC 9110 6.5.1: what says where a message ends, or what becomes of its connection, has no place behind it. */
const NOT_IN_TRAILER: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

enum At {
  Size0,
  Size,
  Name0, // after ;
  Name,
  Value0, // after =
  Value,
  Quoted,
  QuotedEscape,
  QuotedEnd,
  SizeLf,
  Data,
  DataCr,
  DataLf,
  Trailer,
  Done,
}

/**
 * Takes the chunked coding (RFC 9112 7.1) off a body, in pieces of any size. Extensions are checked and
 * dropped, trailers are checked and dropped. Strict: CR LF only, no white space in the size line.
 */
export class ChunkedDecoder {
  #state: At = At.Size0;
  #digits = 0;
  #left = 0;
  #extensionBytes = 0;
  #trailer: HeadParser | undefined;
  #trailerBytes: Buffer | undefined;
  #trailerLength = 0;

  get done(): boolean {
    return this.#state === At.Done;
  }

  /**
   * Decodes `bytes` from `position` to `end`, hands the data on in pieces, and returns where it stopped:
   * `end`, or the byte after the message. Throws OpenEasError.
   */
  decode(bytes: Buffer, position: number, end: number, onData: (piece: Buffer) => void): number {
    while (position < end) {
      if (this.#state === At.Data) {
        const take = Math.min(this.#left, end - position);
        onData(bytes.subarray(position, position + take));
        position += take;
        this.#left -= take;
        if (this.#left === 0) this.#state = At.DataCr;
        continue;
      }
      if (this.#state === At.Trailer) return this.#readTrailer(bytes, position, end);
      if (this.#state === At.Done) return position;
      this.#step(bytes[position++]!);
    }
    return position;
  }

  #step(byte: number): void {
    switch (this.#state) {
      case At.Size0:
      case At.Size: {
        const digit = HEX_VALUE[byte]!;
        if (digit !== 255) {
          if (++this.#digits > MAX_SIZE_DIGITS) throw malformed('a chunk size is too long');
          this.#left = this.#left * 16 + digit;
          this.#state = At.Size;
        } else if (this.#state === At.Size0) throw malformed('a chunk size is missing');
        else if (byte === CR) this.#state = At.SizeLf;
        else if (byte === 0x3b) this.#state = At.Name0;
        else throw malformed('a chunk size is not hexadecimal');
        return;
      }
      case At.Name0:
      case At.Name:
        this.#countExtension();
        if (TOKEN[byte] === 1) this.#state = At.Name;
        else if (this.#state === At.Name0 || !this.#endExtension(byte, byte === 0x3d)) throw badExtension();
        return;
      case At.Value0:
        this.#countExtension();
        if (byte === 0x22) this.#state = At.Quoted;
        else if (TOKEN[byte] === 1) this.#state = At.Value;
        else throw badExtension();
        return;
      case At.Value:
        this.#countExtension();
        if (TOKEN[byte] === 0 && !this.#endExtension(byte, false)) throw badExtension();
        return;
      case At.QuotedEnd:
        this.#countExtension();
        if (!this.#endExtension(byte, false)) throw badExtension();
        return;
      case At.Quoted:
        this.#countExtension();
        if (FIELD_VALUE[byte] === 0) throw malformed('a chunk extension holds a control character');
        if (byte === 0x22) this.#state = At.QuotedEnd;
        else if (byte === 0x5c) this.#state = At.QuotedEscape;
        return;
      case At.QuotedEscape:
        this.#countExtension();
        if (byte !== TAB && byte !== SPACE && FIELD_VALUE[byte] === 0) {
          throw malformed('a chunk extension holds a control character');
        }
        this.#state = At.Quoted;
        return;
      case At.SizeLf:
        if (byte !== LF) throw malformed('a chunk size line does not end in CR LF');
        this.#state = this.#left === 0 ? At.Trailer : At.Data;
        this.#digits = 0;
        return;
      case At.DataCr:
        if (byte !== CR) throw malformed('a chunk is longer than its size');
        this.#state = At.DataLf;
        return;
      default:
        if (byte !== LF) throw malformed('a chunk does not end in CR LF');
        this.#state = At.Size0;
    }
  }

  /** What may follow a name or a value. False = nothing that may. */
  #endExtension(byte: number, beforeValue: boolean): boolean {
    if (byte === CR) this.#state = At.SizeLf;
    else if (byte === 0x3b) this.#state = At.Name0;
    else if (beforeValue) this.#state = At.Value0;
    else return false;
    return true;
  }

  #countExtension(): void {
    if (++this.#extensionBytes > MAX_EXTENSION_BYTES) throw malformed('the chunk extensions are too long');
  }

  #readTrailer(bytes: Buffer, position: number, end: number): number {
    this.#trailer ??= new HeadParser(MAX_TRAILER_BYTES, true);
    if (this.#trailerBytes === undefined) {
      const after = this.#trailer.parse(bytes, position, end);
      if (after >= 0) {
        this.#finish(bytes, position);
        return after;
      }
      this.#trailerBytes = Buffer.allocUnsafe(MAX_TRAILER_BYTES);
    } else if (this.#trailerLength === MAX_TRAILER_BYTES) {
      throw new OpenEasError('HeadersTooLarge', { limit: MAX_TRAILER_BYTES });
    }
    const before = this.#trailerLength;
    const take = Math.min(end - position, MAX_TRAILER_BYTES - before);
    bytes.copy(this.#trailerBytes, before, position, position + take);
    this.#trailerLength += take;
    const after = this.#trailer.parse(this.#trailerBytes, 0, this.#trailerLength);
    if (after < 0) return position + take;
    this.#finish(this.#trailerBytes, 0);
    return position + (after - before);
  }

  /** The trailer is complete: it may be dropped, but not everything may have been in it. */
  #finish(bytes: Buffer, base: number): void {
    const { fields, marks } = this.#trailer!;
    for (let mark = 0; mark < fields * 4; mark += 4) {
      const name = bytes.toString('latin1', base + marks[mark]!, base + marks[mark + 1]!).toLowerCase();
      if (NOT_IN_TRAILER.has(name)) throw malformed(`the trailer holds ${name}`);
    }
    this.#state = At.Done;
  }
}

function badExtension(): OpenEasError {
  return malformed('a chunk extension holds white space or a character it may not');
}
