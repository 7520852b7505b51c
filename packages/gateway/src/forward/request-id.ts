import type { Ids } from '@openeas/kernel';

const SANE = /^[A-Za-z0-9._:-]{1,128}$/;

/** The client's own id when it can be written into logs and headers as it is, else a new one. */
export function requestIdOf(given: string | undefined, ids: Ids): string {
  return given !== undefined && SANE.test(given) ? given : ids.requestId();
}
