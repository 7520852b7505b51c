import { OpenEasError } from '@openeas/contracts';

/** One way to compress a body. */
export interface Codec {
  /** As it stands in Content-Encoding. */
  readonly name: string;
  /**
   * @throws PayloadTooLarge as soon as the result would exceed `limit` bytes, so a small body cannot become a
   * huge one; InvalidRequestBody when the bytes are damaged
   */
  decode(bytes: Uint8Array, limit: number): Uint8Array;
  encode(bytes: Uint8Array): Uint8Array;
}

export function damaged(name: string, reason: string, cause?: unknown): OpenEasError {
  return new OpenEasError(
    'InvalidRequestBody',
    { reason: `it cannot be decompressed: ${reason}`, expected: `a ${name} body` },
    { cause },
  );
}

export function tooLarge(limit: number, cause?: unknown): OpenEasError {
  return new OpenEasError('PayloadTooLarge', { limit }, { cause });
}
