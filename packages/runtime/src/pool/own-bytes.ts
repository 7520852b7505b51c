import type { Outcome } from './protocol.js';

/** Below this a copy is cheaper than handing the memory over. */
const WORTH_TRANSFER = 32 * 1024;

/**
 * Bytes that share their memory with nothing: a view into a larger buffer (as small Buffers are) would drag all
 * of it along when it is sent to another thread.
 */
export function ownBytes(bytes: Uint8Array): Uint8Array {
  const whole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
  return whole && bytes.buffer instanceof ArrayBuffer ? bytes : Uint8Array.prototype.slice.call(bytes);
}

export function isWorthTransfer(bytes: Uint8Array): boolean {
  return bytes.byteLength >= WORTH_TRANSFER;
}

/** Memory of the large answers, to be handed over instead of copied. */
export function transferable(outcomes: readonly Outcome[]): ArrayBuffer[] {
  const list: ArrayBuffer[] = [];
  for (const outcome of outcomes) {
    if (outcome.kind === 'answer' && isWorthTransfer(outcome.body))
      list.push(outcome.body.buffer as ArrayBuffer);
  }
  return list;
}
