import { randomBytes, randomUUID } from 'node:crypto';

/** Where identifiers and secrets come from; tests replace it to get predictable ones. */
export interface Ids {
  /** Upper-case UUID, the shape of every RequestId of the control API (contract 7.5). */
  requestId(): string;
  /** `prefix` followed by 20 characters of lower-case letters and digits, e.g. `eas-m-…`. */
  resourceId(prefix: string): string;
  /** `length` lower-case hexadecimal characters. */
  hex(length: number): string;
  /** A service token: Base64 of 40 hexadecimal characters, as PAI-EAS generates (contract 3.2). */
  token(): string;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

export const randomIds: Ids = {
  requestId: () => randomUUID().toUpperCase(),
  resourceId(prefix) {
    let text = prefix;
    // 252 is the largest multiple of 36 in a byte: values above it would favour some letters.
    while (text.length < prefix.length + 20) {
      for (const byte of randomBytes(24)) {
        if (byte < 252 && text.length < prefix.length + 20) text += ALPHABET[byte % 36];
      }
    }
    return text;
  },
  hex: (length) =>
    randomBytes(Math.ceil(length / 2))
      .toString('hex')
      .slice(0, length),
  token: () => Buffer.from(randomBytes(20).toString('hex')).toString('base64'),
};
