import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { AuditReader, AuditWriter } from '../port.js';
import type { ReadContext, WriteContext } from './context.js';
import type { Tables } from './tables.js';

export function auditReader({ db }: ReadContext): AuditReader {
  return {
    async list({ accountUid, resource, offset, limit }) {
      const matches = (eb: ExpressionBuilder<Tables, 'audit'>): Expression<SqlBool> =>
        eb.and([
          ...(accountUid === undefined ? [] : [eb('accountUid', '=', accountUid)]),
          ...(resource === undefined ? [] : [eb('resource', '=', resource)]),
        ]);
      const rows = await db
        .selectFrom('audit')
        .selectAll()
        .where(matches)
        .orderBy('sequence', 'desc')
        .limit(limit)
        .offset(offset)
        .execute();
      const { total } = await db
        .selectFrom('audit')
        .select((eb) => eb.fn.countAll<number>().as('total'))
        .where(matches)
        .executeTakeFirstOrThrow();
      return { rows: rows.map(({ sequence: _sequence, ...record }) => record), total: Number(total) };
    },
  };
}

export function auditWriter({ db, retention }: WriteContext): AuditWriter {
  return {
    async append(record) {
      const { last } = await db
        .selectFrom('audit')
        .select((eb) => eb.fn.max<number | null>('sequence').as('last'))
        .executeTakeFirstOrThrow();
      const sequence = Number(last ?? 0) + 1;
      await db
        .insertInto('audit')
        .values({ ...record, sequence })
        .execute();
      await db
        .deleteFrom('audit')
        .where('sequence', '<=', sequence - retention.auditRecords)
        .execute();
    },
  };
}
