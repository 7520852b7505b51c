import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { EventQuery, EventReader, EventWriter } from '../port.js';
import type { ReadContext, WriteContext } from './context.js';
import type { Tables } from './tables.js';

export function eventReader({ db }: ReadContext): EventReader {
  return {
    async list(query) {
      const matches = (eb: ExpressionBuilder<Tables, 'events'>): Expression<SqlBool> =>
        eb.and(conditions(eb, query));
      const rows = await db
        .selectFrom('events')
        .selectAll()
        .where(matches)
        .orderBy('sequence', 'desc')
        .limit(query.limit)
        .offset(query.offset)
        .execute();
      const { total } = await db
        .selectFrom('events')
        .select((eb) => eb.fn.countAll<number>().as('total'))
        .where(matches)
        .executeTakeFirstOrThrow();
      return { rows: rows.map(({ sequence: _sequence, ...event }) => event), total: Number(total) };
    },
  };
}

function conditions(
  eb: ExpressionBuilder<Tables, 'events'>,
  query: EventQuery,
): readonly Expression<SqlBool>[] {
  const all: Expression<SqlBool>[] = [eb('serviceUid', '=', query.serviceUid)];
  if (query.instanceName !== undefined) all.push(eb('instanceName', '=', query.instanceName));
  if (query.type !== undefined) all.push(eb('type', '=', query.type));
  if (query.from !== undefined) all.push(eb('time', '>=', query.from));
  if (query.to !== undefined) all.push(eb('time', '<=', query.to));
  return all;
}

export function eventWriter({ db, retention }: WriteContext): EventWriter {
  return {
    async append(event) {
      const { last } = await db
        .selectFrom('events')
        .select((eb) => eb.fn.max<number | null>('sequence').as('last'))
        .where('serviceUid', '=', event.serviceUid)
        .executeTakeFirstOrThrow();
      const sequence = Number(last ?? 0) + 1;
      await db
        .insertInto('events')
        .values({ ...event, sequence })
        .execute();
      await db
        .deleteFrom('events')
        .where('serviceUid', '=', event.serviceUid)
        .where('sequence', '<=', sequence - retention.eventsPerService)
        .execute();
    },
  };
}

/** Events outlive their service for a while; called when a service goes, so that history stays bounded. */
export async function trimEventsOfDeleted({ db, clock, retention }: WriteContext): Promise<void> {
  await db
    .deleteFrom('events')
    .where('time', '<', clock.now() - retention.eventsOfDeletedMs)
    .where('serviceUid', 'not in', db.selectFrom('services').select('uid'))
    .execute();
}
