import type { RolloutReader, RolloutWriter } from '../port.js';
import type { ReadContext, WriteContext } from './context.js';

export function rolloutReader({ db }: ReadContext): RolloutReader {
  return {
    async get(serviceUid) {
      const row = await db
        .selectFrom('rollouts')
        .selectAll()
        .where('serviceUid', '=', serviceUid)
        .executeTakeFirst();
      return row && { ...row, paused: row.paused !== 0 };
    },
  };
}

export function rolloutWriter(context: WriteContext): RolloutWriter {
  const { db } = context;
  const remove = async (serviceUid: string): Promise<void> => {
    await db.deleteFrom('rollouts').where('serviceUid', '=', serviceUid).execute();
    context.touch(serviceUid);
  };
  return {
    async put(record) {
      await remove(record.serviceUid);
      await db
        .insertInto('rollouts')
        .values({ ...record, paused: Number(record.paused) })
        .execute();
    },
    remove,
  };
}
