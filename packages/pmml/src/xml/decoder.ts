import { ModelError } from '../errors.js';

/**
 * Text of a byte stream: the byte order mark or the XML declaration names the encoding, UTF-8 otherwise.
 * A byte sequence that the encoding forbids refuses the model.
 */
export class XmlDecoder {
  #decoder: InstanceType<typeof TextDecoder> | undefined;

  decode(bytes: Uint8Array, final: boolean): string {
    this.#decoder ??= open(bytes);
    try {
      return this.#decoder.decode(bytes, { stream: !final });
    } catch {
      throw new ModelError('', 0, `the text is not valid ${this.#decoder.encoding}`);
    }
  }
}

function open(bytes: Uint8Array): InstanceType<typeof TextDecoder> {
  const label = encodingOf(bytes);
  try {
    return new TextDecoder(label, { fatal: true });
  } catch {
    throw new ModelError('', 1, `the encoding ${JSON.stringify(label)} is not supported`);
  }
}

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0x3c && bytes[1] === 0) return 'utf-16le';
  if (bytes[0] === 0 && bytes[1] === 0x3c) return 'utf-16be';
  const head = String.fromCharCode(...bytes.subarray(0, 200));
  const declared = /^(?:\u00ef\u00bb\u00bf)?<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1];
  // A declaration that could be read byte by byte cannot be UTF-16, whatever it says.
  return declared === undefined || /^utf-?16/i.test(declared) ? 'utf-8' : declared;
}
