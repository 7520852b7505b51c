import type { ResponseHead } from '@openeas/http1';

/** The instance says that it did not begin: its queue is full, or it is on its way out. */
export function refusedUnstarted(head: ResponseHead): boolean {
  return head.status === 450 || (head.status === 503 && head.headers.includes('x-openeas-not-started'));
}
