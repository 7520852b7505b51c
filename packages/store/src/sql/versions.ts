import type { VersionReader, VersionWriter } from '../port.js';
import type { ReadContext, WriteContext } from './context.js';

export function versionReader({ db }: ReadContext): VersionReader {
  return {
    get: (serviceUid, version) =>
      db
        .selectFrom('versions')
        .selectAll()
        .where('serviceUid', '=', serviceUid)
        .where('version', '=', version)
        .executeTakeFirst(),

    async list(serviceUid, page) {
      let query = db
        .selectFrom('versions')
        .selectAll()
        .where('serviceUid', '=', serviceUid)
        .orderBy('version', 'desc');
      if (page === undefined) {
        const rows = await query.execute();
        return { rows, total: rows.length };
      }
      query = query.limit(page.limit).offset(page.offset);
      const { total } = await db
        .selectFrom('versions')
        .select((eb) => eb.fn.countAll<number>().as('total'))
        .where('serviceUid', '=', serviceUid)
        .executeTakeFirstOrThrow();
      return { rows: await query.execute(), total: Number(total) };
    },

    async digests() {
      const rows = await db
        .selectFrom('versions')
        .select('modelDigest as digest')
        .where('modelDigest', 'is not', null)
        .union(
          db
            .selectFrom('versions')
            .select('processorDigest as digest')
            .where('processorDigest', 'is not', null),
        )
        .execute();
      return new Set(rows.map(({ digest }) => digest as string));
    },
  };
}

export function versionWriter(context: WriteContext): VersionWriter {
  const { db } = context;
  return {
    async insert(record) {
      await db.insertInto('versions').values(record).execute();
      context.touch(record.serviceUid);
    },

    async update(serviceUid, version, patch) {
      if (Object.keys(patch).length > 0) {
        const result = await db
          .updateTable('versions')
          .set(patch)
          .where('serviceUid', '=', serviceUid)
          .where('version', '=', version)
          .executeTakeFirst();
        if (result.numUpdatedRows === 0n) {
          throw new Error(`there is no version row ${serviceUid} ${version} to update`);
        }
      }
      context.touch(serviceUid);
    },

    async remove(serviceUid, version) {
      await db
        .deleteFrom('versions')
        .where('serviceUid', '=', serviceUid)
        .where('version', '=', version)
        .execute();
      context.touch(serviceUid);
    },
  };
}
