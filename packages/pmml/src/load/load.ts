import { ModelError } from '../errors.js';
import type { LimitOptions, Limits } from '../limits.js';
import { resolveLimits } from '../limits.js';
import type { PmmlModel } from '../model.js';
import { CompiledPmml } from '../model.js';
import { XmlDecoder } from '../xml/decoder.js';
import type { XmlElement } from '../xml/element.js';
import { XmlParser } from '../xml/parser.js';
import { TreeBuilder } from '../xml/tree-builder.js';
import { compileDocument, isKnownVersion } from './document.js';
import { SegmentStream } from './stream-segments.js';
import { verifyModel } from './verification.js';
import { checkWords } from './vocabulary.js';

export interface LoadOptions {
  readonly limits?: LimitOptions;
  /** Called as the source is read, with the bytes read so far. */
  readonly onProgress?: (bytesRead: number) => void;
  /**
   * Fill fields that are missing, and for which the model gives no replacement, by type: false, 0.0, 0, ""
   * (the `pmml` processor's rule). Default false: they stay missing.
   */
  readonly defaultFill?: boolean;
  /**
   * What `predict` answers: 'outputs' (default) = the final fields of `Output`, or the targets with their
   * probabilities where there is none; 'all' = targets and every output field, final or not.
   */
  readonly results?: 'outputs' | 'all';
  /** Score the rows of `ModelVerification` and refuse a model that misses its own answers; default true. */
  readonly verify?: boolean;
}

/**
 * Loads a model. The source is read once, in bounded memory: large ensembles are compiled as they arrive.
 * @throws ModelError naming the element and its line where the model is malformed or not supported
 */
export async function loadPmml(
  source: Uint8Array | string | AsyncIterable<Uint8Array>,
  options: LoadOptions = {},
): Promise<PmmlModel> {
  if (typeof source === 'string' || source instanceof Uint8Array) return loadPmmlSync(source, options);
  const reading = new Reading(options);
  for await (const chunk of source) guard(() => reading.bytes(chunk));
  return guard(() => reading.finish());
}

/** The same for a source that is in memory already. */
export function loadPmmlSync(source: Uint8Array | string, options: LoadOptions = {}): PmmlModel {
  return guard(() => {
    const reading = new Reading(options);
    if (typeof source === 'string') reading.text(source);
    else reading.bytes(source);
    return reading.finish();
  });
}

/** Whatever a hostile document provokes in the compilers is an error of the model. */
function guard<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof ModelError) throw error;
    if (error instanceof RangeError)
      throw new ModelError('', 0, `too large or too deeply nested: ${error.message}`);
    throw error;
  }
}

const CHUNK = 1 << 18;

class Reading {
  readonly #options: LoadOptions;
  readonly #limits: Limits;
  readonly #segments: SegmentStream;
  readonly #builder: TreeBuilder;
  readonly #parser: XmlParser;
  readonly #decoder = new XmlDecoder();
  #isKnown = false;
  #head: Uint8Array | undefined;
  #read = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#limits = resolveLimits(options.limits);
    this.#segments = new SegmentStream(options.defaultFill ?? false);
    this.#builder = new TreeBuilder(
      (element, ancestors) => this.#closed(element, ancestors),
      (element, parent) => this.#opened(element, parent),
    );
    this.#parser = new XmlParser(this.#builder, this.#limits);
  }

  /** Documents of other versions are refused for that, not for their words. */
  #opened(element: XmlElement, parent: XmlElement | undefined): void {
    if (parent === undefined) this.#isKnown = isKnownVersion(element);
    if (this.#isKnown) checkWords(element, parent);
  }

  #closed(element: XmlElement, ancestors: readonly XmlElement[]): void {
    if (element.name === 'Segment' && this.#read > this.#limits.streamAfterBytes) {
      this.#segments.close(element, ancestors);
    }
  }

  bytes(chunk: Uint8Array): void {
    // The first bytes name the encoding: wait until there are enough of them.
    const joined = this.#head === undefined ? chunk : concat(this.#head, chunk);
    if (this.#read + joined.length < 256 && this.#read === 0) {
      this.#head = joined;
      return;
    }
    this.#head = undefined;
    for (let at = 0; at < joined.length; at += CHUNK) {
      const part = joined.subarray(at, at + CHUNK);
      this.#count(part.length);
      this.#parser.write(this.#decoder.decode(part, false));
    }
  }

  text(source: string): void {
    for (let at = 0; at < source.length; at += CHUNK) {
      const part = source.slice(at, at + CHUNK);
      this.#count(part.length);
      this.#parser.write(part);
    }
  }

  #count(length: number): void {
    this.#read += length;
    if (this.#read > this.#limits.maxBytes)
      throw new ModelError('', 0, `more than ${this.#limits.maxBytes} bytes`);
    this.#options.onProgress?.(this.#read);
  }

  finish(): PmmlModel {
    const rest = this.#head ?? new Uint8Array(0);
    this.#count(rest.length);
    const tail = this.#decoder.decode(rest, true);
    if (tail !== '') this.#parser.write(tail);
    this.#parser.end();
    const root = this.#builder.root as XmlElement;
    const document = compileDocument(root, this.#options.defaultFill ?? false, this.#segments.document);
    const model = new CompiledPmml(document, this.#options.results ?? 'outputs');
    if (this.#options.verify ?? true) verifyModel(document);
    return model;
  }
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
