import * as crypto from 'node:crypto';

/** Node 20.12 and newer hash in one step, five times as fast for short texts. */
const oneStep: ((algorithm: string, text: string, encoding: 'binary') => string) | undefined = crypto.hash;

export function sha256(text: string): Buffer {
  return crypto.createHash('sha256').update(text).digest();
}

/** Writes the digest into `target` (32 bytes) and returns it. */
export function sha256Into(target: Buffer, text: string): Buffer {
  if (oneStep === undefined) sha256(text).copy(target);
  else target.write(oneStep('sha256', text, 'binary'), 0, 'latin1');
  return target;
}
