import type { AccessKeyRecord, AccountReader, AccountWriter } from '../port.js';
import type { ReadContext, WriteContext } from './context.js';
import type { Tables } from './tables.js';

export function accountReader({ db }: ReadContext): AccountReader {
  return {
    get: (uid) => db.selectFrom('accounts').selectAll().where('uid', '=', uid).executeTakeFirst(),
    list: () => db.selectFrom('accounts').selectAll().orderBy('createdAt').orderBy('uid').execute(),
    async accessKey(id) {
      const row = await db.selectFrom('accessKeys').selectAll().where('id', '=', id).executeTakeFirst();
      return row && accessKeyRecord(row);
    },
    async accessKeysOf(accountUid) {
      const rows = await db
        .selectFrom('accessKeys')
        .selectAll()
        .where('accountUid', '=', accountUid)
        .orderBy('createdAt')
        .orderBy('id')
        .execute();
      return rows.map(accessKeyRecord);
    },
  };
}

export function accountWriter({ db }: WriteContext): AccountWriter {
  return {
    async insert(record) {
      await db.insertInto('accounts').values(record).execute();
    },
    async insertAccessKey(record) {
      await db
        .insertInto('accessKeys')
        .values({ ...record, active: Number(record.active) })
        .execute();
    },
  };
}

function accessKeyRecord(row: Tables['accessKeys']): AccessKeyRecord {
  return { ...row, active: row.active !== 0 };
}
