import { StringDecoder } from 'node:string_decoder';

/** Cuts a byte stream into lines. A line over `limit` characters throws RangeError: the stream is not ours. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  readonly #limit: number;
  #pieces: string[] = [];
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(chunk: Buffer): string[] {
    const text = this.#decoder.write(chunk);
    const parts = text.split('\n');
    const lines: string[] = [];
    for (let i = 0; i < parts.length; i++) {
      this.#length += parts[i]!.length;
      if (this.#length > this.#limit) throw new RangeError(`a line is longer than ${this.#limit} characters`);
      this.#pieces.push(parts[i]!);
      if (i === parts.length - 1) break;
      lines.push(this.#pieces.join(''));
      this.#pieces = [];
      this.#length = 0;
    }
    return lines;
  }
}
