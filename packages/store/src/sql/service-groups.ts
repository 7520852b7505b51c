import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import { sql } from 'kysely';
import type {
  ServiceGroupQuery,
  ServiceGroupReader,
  ServiceGroupRecord,
  ServiceGroupWriter,
} from '../port.js';
import { contains } from './contains.js';
import type { ReadContext, WriteContext } from './context.js';
import type { Tables } from './tables.js';

const SORT_COLUMNS = { CreateTime: 'createdAt', UpdateTime: 'updatedAt', Name: 'name' } as const;

type Row = Tables['serviceGroups'];

export function serviceGroupReader({ db }: ReadContext): ServiceGroupReader {
  return {
    async get(name) {
      const row = await db
        .selectFrom('serviceGroups')
        .selectAll()
        .where('name', '=', name)
        .executeTakeFirst();
      return row && recordOf(row);
    },
    async list(query = {}) {
      const matches = (eb: ExpressionBuilder<Tables, 'serviceGroups'>): Expression<SqlBool> =>
        eb.and(conditions(eb, query));
      const order = query.order ?? 'desc';
      const found = await db
        .selectFrom('serviceGroups')
        .selectAll()
        .where(matches)
        .orderBy(SORT_COLUMNS[query.sort ?? 'CreateTime'], order)
        .orderBy('name', order)
        .limit(query.limit ?? Number.MAX_SAFE_INTEGER)
        .offset(query.offset ?? 0)
        .execute();
      const { total } = await db
        .selectFrom('serviceGroups')
        .select((eb) => eb.fn.countAll<number>().as('total'))
        .where(matches)
        .executeTakeFirstOrThrow();
      return { rows: found.map(recordOf), total: Number(total) };
    },
  };
}

function conditions(
  eb: ExpressionBuilder<Tables, 'serviceGroups'>,
  query: ServiceGroupQuery,
): readonly Expression<SqlBool>[] {
  const all: Expression<SqlBool>[] = [];
  if (query.accountUid !== undefined) all.push(eb('accountUid', '=', query.accountUid));
  if (query.filter !== undefined && query.filter !== '') all.push(contains(eb.ref('name'), query.filter));
  if (query.trafficMode !== undefined) all.push(eb('trafficMode', '=', query.trafficMode));
  if (query.workspaceId !== undefined) all.push(eb('workspaceId', '=', query.workspaceId));
  for (const [key, value] of Object.entries(query.labels ?? {})) {
    // Few groups carry few labels: read off the text, not kept beside it as those of services are.
    const path = `$.${JSON.stringify(key)}`;
    all.push(sql<SqlBool>`json_extract(${eb.ref('labels')}, ${path}) = ${value}`);
  }
  return all;
}

export function serviceGroupWriter(context: WriteContext): ServiceGroupWriter {
  const { db } = context;

  async function touchServices(name: string): Promise<void> {
    const rows = await db.selectFrom('services').select('uid').where('serviceGroup', '=', name).execute();
    for (const { uid } of rows) context.touch(uid);
  }

  return {
    async insert(record) {
      await db.insertInto('serviceGroups').values(rowOf(record)).execute();
      await touchServices(record.name);
    },
    async update(name, { labels, kept, ...rest }) {
      const patch: Partial<Row> = {
        ...rest,
        ...(labels !== undefined && { labels: JSON.stringify(labels) }),
        ...(kept !== undefined && { kept: Number(kept) }),
      };
      if (Object.keys(patch).length > 0) {
        const result = await db
          .updateTable('serviceGroups')
          .set(patch)
          .where('name', '=', name)
          .executeTakeFirst();
        if (result.numUpdatedRows === 0n) throw new Error(`there is no service group ${name} to update`);
      }
      await touchServices(name);
    },
    async remove(name) {
      await db.deleteFrom('serviceGroups').where('name', '=', name).execute();
      await touchServices(name);
    },
  };
}

function rowOf(record: ServiceGroupRecord): Row {
  return { ...record, labels: JSON.stringify(record.labels), kept: Number(record.kept) };
}

function recordOf(row: Row): ServiceGroupRecord {
  return { ...row, labels: JSON.parse(row.labels) as Record<string, string>, kept: row.kept !== 0 };
}
