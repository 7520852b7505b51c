import { OpenEasError } from '@openeas/contracts';
import { COLON, CR, FIELD_VALUE, LF, SPACE, TAB, TOKEN } from './characters.js';

/** More fields than this in one message is refused with 431. */
export const MAX_FIELDS = 128;

enum At {
  Start,
  StartLf,
  Line,
  LineLf,
  Name0,
  Name,
  BeforeValue,
  Value,
  ValueLf,
  EndLf,
}

export function malformed(reason: string): OpenEasError {
  return new OpenEasError('BadRequest', { reason: `The HTTP message is malformed: ${reason}.` });
}

/**
 * Walks once over the bytes of a message head (RFC 9112 2.1) and notes where its first line and fields lie.
 * Can stop at any byte and go on later, so a head that comes in pieces costs no more than one in one piece.
 * Strict: lines end in CR LF and nothing else, no folding, no space before a colon, no control characters.
 *
 *     GET / HTTP/1.1 CR LF Host : _ a.example CR LF CR LF
 *     Line                 Name   BeforeValue  Value    End
 */
export class HeadParser {
  /** Offsets from the head's first byte: name start, name end, value start, value end (trimmed), repeated. */
  readonly marks: number[] = [];
  fields = 0;
  /** Fields, by index, with a tab before or behind their value; empty for nearly every head. */
  readonly tabbed: number[] = [];
  lineStart = 0;
  lineEnd = 0;
  readonly #limit: number;
  readonly #trailer: boolean;
  #offset = 0;
  #state: At;

  /** `trailer`: there is no first line, the fields begin at once (RFC 9112 7.1.2). */
  constructor(limit: number, trailer = false) {
    this.#limit = limit;
    this.#trailer = trailer;
    this.#state = trailer ? At.Name0 : At.Start;
  }

  reset(): void {
    this.#offset = 0;
    this.fields = 0;
    this.tabbed.length = 0;
    this.#state = this.#trailer ? At.Name0 : At.Start;
  }

  /** True between two heads: not a byte of the next one has been seen. */
  get untouched(): boolean {
    return this.#offset === 0;
  }

  /**
   * Goes on in `bytes`, where the head's first byte lies at `base` and data ends at `end`.
   * Returns the position after the head, or -1 when more bytes are needed. Throws OpenEasError.
   */
  parse(bytes: Uint8Array, base: number, end: number): number {
    const marks = this.marks;
    const stop = end - base > this.#limit ? base + this.#limit : end;
    let position = base + this.#offset;
    let state = this.#state;
    while (position < stop) {
      const byte = bytes[position]!;
      switch (state) {
        case At.Start:
          // RFC 9112 2.2: an empty line before the request line is ignored, for clients that send one too many.
          if (byte === CR) {
            state = At.StartLf;
            break;
          }
          this.lineStart = position - base;
          state = At.Line;
          continue;
        case At.StartLf:
          if (byte !== LF) throw malformed('a CR is not followed by LF');
          state = At.Start;
          break;
        case At.Line:
          while (position < stop && FIELD_VALUE[bytes[position]!] === 1) position++;
          if (position === stop) continue;
          if (bytes[position] !== CR)
            throw malformed('the first line holds a bare LF or a control character');
          this.lineEnd = position - base;
          state = At.LineLf;
          break;
        case At.LineLf:
          if (byte !== LF) throw malformed('a CR is not followed by LF');
          state = At.Name0;
          break;
        case At.Name0:
          if (byte === CR) {
            state = At.EndLf;
            break;
          }
          if (byte === SPACE || byte === TAB)
            throw malformed('a header line is folded or starts with a space');
          if (this.fields === MAX_FIELDS) throw new OpenEasError('TooManyHeaders', { limit: MAX_FIELDS });
          marks[this.fields * 4] = position - base;
          state = At.Name;
          continue;
        case At.Name: {
          while (position < stop && TOKEN[bytes[position]!] === 1) position++;
          if (position === stop) continue;
          const start = marks[this.fields * 4]!;
          if (bytes[position] !== COLON || position - base === start) {
            throw malformed(
              'a header name is empty, holds a character it may not, or is not followed by a colon',
            );
          }
          marks[this.fields * 4 + 1] = position - base;
          state = At.BeforeValue;
          break;
        }
        case At.BeforeValue:
          if (byte === TAB) this.tabbed.push(this.fields);
          if (byte === SPACE || byte === TAB) break;
          marks[this.fields * 4 + 2] = position - base;
          state = At.Value;
          continue;
        case At.Value: {
          while (position < stop && FIELD_VALUE[bytes[position]!] === 1) position++;
          if (position === stop) continue;
          if (bytes[position] !== CR)
            throw malformed('a header value holds a bare LF or a control character');
          let last = position;
          const start = base + marks[this.fields * 4 + 2]!;
          while (last > start && (bytes[last - 1] === SPACE || bytes[last - 1] === TAB)) {
            if (bytes[--last] === TAB) this.tabbed.push(this.fields);
          }
          marks[this.fields * 4 + 3] = last - base;
          this.fields++;
          state = At.ValueLf;
          break;
        }
        case At.ValueLf:
          if (byte !== LF) throw malformed('a CR is not followed by LF');
          state = At.Name0;
          break;
        default:
          if (byte !== LF) throw malformed('a CR is not followed by LF');
          this.#offset = position + 1 - base;
          this.#state = state;
          return position + 1;
      }
      position++;
    }
    this.#offset = position - base;
    this.#state = state;
    if (this.#offset >= this.#limit) throw new OpenEasError('HeadersTooLarge', { limit: this.#limit });
    return -1;
  }
}
