import { ModelError } from '../errors.js';
import type { Limits } from '../limits.js';
import { expandReferences } from './references.js';

/** Receives the document in order. Attributes come as `[name, value, name, value, …]`. */
export interface XmlHandler {
  open(qname: string, attributes: string[], line: number): void;
  text(text: string): void;
  close(): void;
}

const NAME = /^[A-Za-z_:\u0080-\uffff][\w.:\-\u0080-\uffff]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters XML 1.0 forbids
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const LT = 60;
const GT = 62;
const SLASH = 47;
const EQUALS = 61;

function isSpace(c: number): boolean {
  return c === 32 || c === 10 || c === 13 || c === 9;
}

function lineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? Infinity : at;
}

/**
 * A strict push parser for the XML that models are written in. It has no entities but the five of XML and
 * character references, reads no DTD and opens nothing; what it holds is one unfinished token.
 */
export class XmlParser {
  readonly #handler: XmlHandler;
  readonly #limits: Limits;
  readonly #names = new Map<string, string>();
  readonly #open: string[] = [];
  #buffer = '';
  #line = 1;
  /** Position in the buffer of the first line end that is not counted. */
  #newline = -1;
  #elements = 0;
  #seenRoot = false;

  constructor(handler: XmlHandler, limits: Limits) {
    this.#handler = handler;
    this.#limits = limits;
  }

  write(chunk: string): void {
    if (FORBIDDEN.test(chunk)) this.#fail('a character that XML forbids');
    this.#buffer = this.#buffer.length === 0 ? chunk : this.#buffer + chunk;
    this.#consume(false);
    if (this.#buffer.length > this.#limits.maxTokenLength) this.#fail('a token is longer than the limit');
  }

  end(): void {
    this.#consume(true);
    if (this.#buffer.length > 0) this.#fail('the document ends inside a tag');
    const last = this.#open.at(-1);
    if (last !== undefined) this.#fail(`the document ends before </${last}>`);
    if (!this.#seenRoot) this.#fail('the document has no element');
  }

  #fail(reason: string): never {
    throw new ModelError(this.#open.at(-1) ?? '', this.#line, `not well-formed XML: ${reason}`);
  }

  #countTo(position: number): void {
    // The next line end is remembered: in a document of few lines it is far away.
    const buffer = this.#buffer;
    while (this.#newline < position) {
      this.#line++;
      this.#newline = lineEnd(buffer, this.#newline + 1);
    }
  }

  #consume(final: boolean): void {
    const buffer = this.#buffer;
    let pos = 0;
    this.#newline = lineEnd(buffer, 0);
    while (pos < buffer.length) {
      const lt = buffer.indexOf('<', pos);
      if (lt !== pos) {
        let end = lt < 0 ? buffer.length : lt;
        if (lt < 0 && !final) {
          // A reference or a line end may be cut by the chunk: leave its beginning for the next one.
          const amp = buffer.indexOf('&', Math.max(pos, end - 12));
          if (amp >= 0 && buffer.indexOf(';', amp) < 0) end = amp;
          else if (buffer.charCodeAt(end - 1) === 13) end--;
        }
        if (end > pos) this.#text(buffer.slice(pos, end));
        this.#countTo(end);
        pos = end;
        if (lt < 0) break;
        continue;
      }
      const next = this.#markup(pos);
      if (next < 0) break;
      this.#countTo(next);
      pos = next;
    }
    this.#countTo(pos);
    this.#buffer = pos === 0 ? buffer : buffer.slice(pos);
  }

  #text(raw: string): void {
    if (this.#open.length === 0) {
      if (raw.replace(/^\uFEFF/, '').trim() !== '') this.#fail('text outside the root element');
      return;
    }
    if (raw.includes(']]>')) this.#fail('"]]>" in text');
    this.#handler.text(this.#expand(raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw));
  }

  #expand(raw: string): string {
    if (!raw.includes('&')) return raw;
    return expandReferences(raw, (reason) => this.#fail(reason));
  }

  /** Reads the markup that begins at `pos`; -1 when its end has not arrived. */
  #markup(pos: number): number {
    const buffer = this.#buffer;
    if (pos + 1 >= buffer.length) return -1;
    const c = buffer.charCodeAt(pos + 1);
    if (c === SLASH) return this.#closeTag(pos);
    if (c === 63) return this.#skip(pos, '<?', '?>');
    if (c !== 33) return this.#openTag(pos);
    if (buffer.startsWith('<!--', pos)) return this.#skip(pos, '<!--', '-->');
    if (buffer.startsWith('<![CDATA[', pos)) return this.#cdata(pos);
    if (buffer.length - pos < 9) return -1;
    if (buffer.startsWith('<!DOCTYPE', pos)) return this.#doctype(pos);
    return this.#fail('an unknown declaration');
  }

  #skip(pos: number, opening: string, closing: string): number {
    const end = this.#buffer.indexOf(closing, pos + opening.length);
    return end < 0 ? -1 : end + closing.length;
  }

  #cdata(pos: number): number {
    const end = this.#buffer.indexOf(']]>', pos + 9);
    if (end < 0) return -1;
    if (this.#open.length === 0) this.#fail('text outside the root element');
    this.#handler.text(this.#buffer.slice(pos + 9, end));
    return end + 3;
  }

  #doctype(pos: number): number {
    if (this.#seenRoot) this.#fail('a DOCTYPE after the root element');
    const end = this.#buffer.indexOf('>', pos);
    const subset = this.#buffer.indexOf('[', pos);
    if (subset >= 0 && (end < 0 || subset < end)) this.#fail('a DOCTYPE with declarations is not accepted');
    return end < 0 ? -1 : end + 1;
  }

  #closeTag(pos: number): number {
    const end = this.#buffer.indexOf('>', pos);
    if (end < 0) return -1;
    const name = this.#buffer.slice(pos + 2, end).trimEnd();
    const expected = this.#open.pop();
    if (name !== expected) this.#fail(`</${name.slice(0, 60)}> where </${expected ?? ''}> was expected`);
    this.#handler.close();
    return end + 1;
  }

  #name(raw: string): string {
    const known = this.#names.get(raw);
    if (known !== undefined) return known;
    if (!NAME.test(raw)) this.#fail(`${JSON.stringify(raw.slice(0, 60))} is not a name`);
    // Cells of inline tables may bring any number of names: the table of known ones stays small.
    if (this.#names.size < 10_000) this.#names.set(raw, raw);
    return raw;
  }

  #openTag(start: number): number {
    const buffer = this.#buffer;
    const length = buffer.length;
    let pos = start + 1;
    const nameStart = pos;
    while (pos < length) {
      const c = buffer.charCodeAt(pos);
      if (c === GT || c === SLASH || isSpace(c)) break;
      pos++;
    }
    if (pos >= length) return -1;
    const name = this.#name(buffer.slice(nameStart, pos));
    const attributes: string[] = [];
    for (;;) {
      const before = pos;
      while (pos < length && isSpace(buffer.charCodeAt(pos))) pos++;
      if (pos >= length) return -1;
      const c = buffer.charCodeAt(pos);
      if (c === GT) {
        this.#element(start, name, attributes, false);
        return pos + 1;
      }
      if (c === SLASH) {
        if (pos + 1 >= length) return -1;
        if (buffer.charCodeAt(pos + 1) !== GT) this.#fail(`"/" inside <${name}>`);
        this.#element(start, name, attributes, true);
        return pos + 2;
      }
      if (pos === before) this.#fail(`no space between the attributes of <${name}>`);
      pos = this.#attribute(pos, name, attributes);
      if (pos < 0) return -1;
    }
  }

  #attribute(start: number, element: string, attributes: string[]): number {
    const buffer = this.#buffer;
    const length = buffer.length;
    let pos = start;
    while (pos < length) {
      const c = buffer.charCodeAt(pos);
      if (c === EQUALS || isSpace(c)) break;
      if (c === GT || c === LT) this.#fail(`an attribute of <${element}> has no value`);
      pos++;
    }
    if (pos >= length) return -1;
    const name = this.#name(buffer.slice(start, pos));
    while (pos < length && isSpace(buffer.charCodeAt(pos))) pos++;
    if (pos >= length) return -1;
    if (buffer.charCodeAt(pos) !== EQUALS) this.#fail(`attribute ${name} of <${element}> has no value`);
    pos++;
    while (pos < length && isSpace(buffer.charCodeAt(pos))) pos++;
    if (pos >= length) return -1;
    const quote = buffer[pos] as string;
    if (quote !== '"' && quote !== "'") this.#fail(`attribute ${name} of <${element}> is not quoted`);
    const end = buffer.indexOf(quote, pos + 1);
    if (end < 0) return -1;
    const raw = buffer.slice(pos + 1, end);
    if (raw.includes('<')) this.#fail(`"<" in attribute ${name} of <${element}>`);
    for (let i = 0; i < attributes.length; i += 2) {
      if (attributes[i] === name) this.#fail(`attribute ${name} of <${element}> is given twice`);
    }
    attributes.push(name, this.#expand(/[\t\n\r]/.test(raw) ? raw.replace(/\r\n|[\t\n\r]/g, ' ') : raw));
    return end + 1;
  }

  #element(start: number, name: string, attributes: string[], empty: boolean): void {
    this.#countTo(start);
    if (this.#open.length === 0) {
      if (this.#seenRoot) this.#fail('a second root element');
      this.#seenRoot = true;
    }
    if (this.#open.length >= this.#limits.maxDepth) this.#fail('elements are nested deeper than the limit');
    if (++this.#elements > this.#limits.maxElements) this.#fail('more elements than the limit');
    this.#handler.open(name, attributes, this.#line);
    if (empty) this.#handler.close();
    else this.#open.push(name);
  }
}
