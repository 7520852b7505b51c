import type { Clock } from '@openeas/kernel';
import type { Kysely } from 'kysely';
import type { Tables } from './tables.js';

/** How much history is kept; the oldest goes first. */
export interface Retention {
  /** Events per service. */
  readonly eventsPerService: number;
  /** Events of a deleted service are kept this long, milliseconds. */
  readonly eventsOfDeletedMs: number;
  /** Audit records of the whole installation. */
  readonly auditRecords: number;
}

export const DEFAULT_RETENTION: Retention = {
  eventsPerService: 1000,
  eventsOfDeletedMs: 30 * 24 * 3_600_000,
  auditRecords: 200_000,
};

export interface ReadContext {
  readonly db: Kysely<Tables>;
}

/** What the writing methods of one transaction share. */
export interface WriteContext extends ReadContext {
  readonly clock: Clock;
  readonly retention: Retention;
  /** Collects the services whose listeners are told after commit. */
  touch(serviceUid: string): void;
}
