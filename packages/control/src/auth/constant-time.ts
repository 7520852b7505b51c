import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares secrets without telling by its duration how much of them fits, nor how long they are. */
export function equalSecrets(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
