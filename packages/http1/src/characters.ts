/** Byte classes of RFC 9110 and 9112 as lookup tables: one array read per byte on the hot path. */

function table(accept: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (accept(byte) ? 1 : 0));
}

function oneOf(text: string): (byte: number) => boolean {
  return (byte) => text.includes(String.fromCharCode(byte));
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
const isAlpha = (byte: number): boolean => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
const isTokenPunctuation = oneOf("!#$%&'*+-.^_`|~");
const isHostPunctuation = oneOf("-._~!$&'()*+,;=:[]%");

/** RFC 9110 5.6.2 `tchar`: methods, header names, transfer codings. */
export const TOKEN = table((byte) => isDigit(byte) || isAlpha(byte) || isTokenPunctuation(byte));

/** RFC 9110 5.5: visible ASCII, obs-text, space and tab. No other control character, NUL and CR included. */
export const FIELD_VALUE = table((byte) => byte === 0x09 || (byte >= 0x20 && byte !== 0x7f));

/** Visible ASCII without `#`: a fragment is never sent, and everything else has to be percent-encoded. */
export const TARGET = table((byte) => byte > 0x20 && byte < 0x7f && byte !== 0x23);

/** RFC 3986 `host [":" port]`, as far as one table can say it. */
export const HOST = table((byte) => isDigit(byte) || isAlpha(byte) || isHostPunctuation(byte));

/** Value of a hexadecimal digit, 255 for every other byte. */
export const HEX_VALUE = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (isDigit(byte)) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : 255;
});

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const COLON = 0x3a;

/** True when every character of `text` is in `set`. */
export function consistsOf(text: string, set: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 255 || set[code] === 0) return false;
  }
  return true;
}
