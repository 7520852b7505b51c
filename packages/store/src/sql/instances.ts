import type { InstanceReader, InstanceWriter } from '../port.js';
import type { ReadContext, WriteContext } from './context.js';
import { instancePatchRow, instanceRecord, instanceRow } from './tables.js';

export function instanceReader({ db }: ReadContext): InstanceReader {
  return {
    async get(id) {
      const row = await db.selectFrom('instances').selectAll().where('id', '=', id).executeTakeFirst();
      return row && instanceRecord(row);
    },

    async listByService(serviceUid) {
      const rows = await db
        .selectFrom('instances')
        .selectAll()
        .where('serviceUid', '=', serviceUid)
        .orderBy('createdAt')
        .orderBy('id')
        .execute();
      return rows.map(instanceRecord);
    },

    async listAll() {
      const rows = await db
        .selectFrom('instances')
        .selectAll()
        .orderBy('serviceUid')
        .orderBy('createdAt')
        .orderBy('id')
        .execute();
      return rows.map(instanceRecord);
    },

    async reserved() {
      const { cpu, memory } = await db
        .selectFrom('instances')
        .select((eb) => [
          eb.fn.sum<number | null>('cpu').as('cpu'),
          eb.fn.sum<number | null>('memory').as('memory'),
        ])
        .executeTakeFirstOrThrow();
      return { cpu: Number(cpu ?? 0), memory: Number(memory ?? 0) };
    },
  };
}

export function instanceWriter(context: WriteContext): InstanceWriter {
  const { db } = context;
  return {
    async insert(record) {
      await db.insertInto('instances').values(instanceRow(record)).execute();
      context.touch(record.serviceUid);
    },

    async update(id, patch) {
      const row = instancePatchRow(patch);
      if (Object.keys(row).length === 0) return;
      const changed = await db
        .updateTable('instances')
        .set(row)
        .where('id', '=', id)
        .returning('serviceUid')
        .executeTakeFirst();
      if (changed === undefined) throw new Error(`there is no instance row ${id} to update`);
      context.touch(changed.serviceUid);
    },

    async remove(id) {
      const gone = await db
        .deleteFrom('instances')
        .where('id', '=', id)
        .returning('serviceUid')
        .executeTakeFirst();
      if (gone !== undefined) context.touch(gone.serviceUid);
    },
  };
}
